using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Models;

public class EngineCacheTests
{
    /// <summary>
    /// Gemma 3 1B: 22 layers with a window of 512 and 4 without, one key/value head of 256. llama.cpp's and vLLM's logs for 32,768 tokens
    /// print 150 and 139 MiB; transformers keeps one token less of each window.
    /// </summary>
    [Theory]
    [InlineData("vllm", 139L << 20)]
    [InlineData("llama.cpp", 150L << 20)]
    [InlineData("transformers", (139L << 20) - (22 * 1024))]
    public void A_window_bounds_the_cache_as_each_engine_has_it(string engine, long bytes) =>
        Assert.Equal(bytes, Size(engine, Windowed(22, 512, 4), 32_768));

    /// <summary>Blocks of 16 tokens, steps of 256.</summary>
    [Theory]
    [InlineData("vllm", 112)]
    [InlineData("llama.cpp", 256)]
    [InlineData("transformers", 100)]
    public void A_short_sequence_is_rounded_as_each_engine_does(string engine, long tokens) =>
        Assert.Equal(26 * tokens * 1024, Size(engine, Windowed(22, 512, 4), 100));

    private static long Size(string engine, ModelSpec model, long length) =>
        EngineCache.All.Single(e => e.Name == engine).Size(model, length, DataType.BFloat16)!.Value.Bytes;

    private static ModelSpec Windowed(int windowed, int window, int full)
    {
        var gpt = new GptSizes
        {
            Name = "m",
            Layers = windowed + full,
            DModel = 256,
            Heads = 1,
            KvHeads = 1,
            DFf = 8,
            Vocabulary = 8,
            Positions = 65_536,
            TiedOutput = true,
            LinearBias = false,
            FinalNorm = true,
        }.Model("test");
        return gpt with
        {
            Blocks = [.. gpt.Blocks.Select((block, i) => i >= windowed ? block : block with
            {
                Branches = [block.Branches[0] with { Sublayer = (Attention)block.Branches[0].Sublayer with { Window = window } }, block.Branches[1]],
            })],
        };
    }
}
