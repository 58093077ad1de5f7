using CsCheck;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Core.Tests.Allocation;

public class TagTests
{
    private const int LargestSequence = (1 << 20) - 1;

    /// <summary>Both ends of a range far more often than chance would have them.</summary>
    private static Gen<int> Limits(int least, int most) => Gen.OneOf(Gen.Const(least), Gen.Const(most), Gen.Int[least, most]);

    [Fact]
    public void Every_field_comes_back_as_it_went_in() =>
        Gen.Select(
            Gen.Enum<Phase>(), Limits(0, Tag.MaximumSteps - 1), Limits(-1, ModelSpec.MaximumLayers - 1),
            Gen.Enum<Part>(), Gen.Enum<Operation>(), Limits(0, LargestSequence))
        .Sample(
            (phase, step, layer, part, operation, sequence) =>
            {
                var tag = Tag.Of(phase, step, layer < 0 ? null : layer, part, operation, (uint)sequence);

                Assert.Equal(phase, tag.Phase);
                Assert.Equal(step, tag.Step);
                Assert.Equal(layer < 0 ? null : layer, tag.Layer);
                Assert.Equal(part, tag.Part);
                Assert.Equal(operation, tag.Operation);
                Assert.Equal(sequence, tag.Sequence);
                Assert.Equal(tag, new Tag(tag.Packed));
            },
            iter: 2_000);

    [Fact]
    public void A_sequence_beyond_its_bits_starts_again_and_spoils_no_other_field()
    {
        var tag = Tag.Of(Phase.Load, 0, 0, Part.Weights, Operation.None, uint.MaxValue);

        Assert.Equal((LargestSequence, 0), (tag.Sequence, tag.Step));
    }

    [Theory]
    [InlineData(Phase.Decode, 3, 5, Operation.Linear, "decode step 3, layer 5, Linear (activations)")]
    [InlineData(Phase.Prefill, 0, null, Operation.Embedding, "prefill, Embedding (activations)")]
    [InlineData(Phase.Prefill, 2, 0, Operation.None, "prefill chunk 2, layer 0 (activations)")]
    [InlineData(Phase.Load, 0, null, Operation.None, "load (activations)")]
    public void A_tag_reads_as_a_place_in_the_run(Phase phase, int step, int? layer, Operation operation, string text) =>
        Assert.Equal(text, Tag.Of(phase, step, layer, Part.Activations, operation, 9).ToString());
}
