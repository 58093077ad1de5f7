using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Torch;
using TorchSharp;

namespace LlmMemProfiler.Harness.Tests.Torch;

/// <summary>Chunks as Llama 4 has them: of length 3, each token sees those of its own chunk, up to itself.</summary>
/// <remarks>transformers, <c>masking_utils.py</c>, <c>chunked_overlay</c>: <c>kv_idx // chunk_size == q_idx // chunk_size</c>, and not after.</remarks>
public class ChunkMaskTests(TorchFixture fixture)
{
    [Fact]
    public void From_the_first_token_on() => Sees(tokens: 7, attended: 7,
        "1000000",
        "1100000",
        "1110000",
        "0001000",
        "0001100",
        "0001110",
        "0000001");

    [Fact]
    public void From_within_a_chunk_on() => Sees(tokens: 4, attended: 5,
        "11000",
        "11100",
        "00010",
        "00011");

    private void Sees(long tokens, long attended, params string[] rows)
    {
        Assert.NotNull(fixture.Library);
        using var scope = torch.NewDisposeScope();
        var mask = new TorchOps(new TagCursor(), torch.CPU).CausalMask(tokens, attended, 3, DataType.Float32, isChunked: true);
        var seen = mask.data<float>().ToArray().Chunk((int)attended)
            .Select(row => string.Concat(row.Select(x => x switch { 0 => '1', float.NegativeInfinity => '0', _ => '?' })));
        Assert.Equal(rows, seen);
    }
}
