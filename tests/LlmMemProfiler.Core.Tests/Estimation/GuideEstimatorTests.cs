using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Estimation;

/// <summary>The worked example of 'Estimating Total Memory Requirements for Inference', to the byte.</summary>
public class GuideEstimatorTests
{
    private static readonly ModelSpec Guide = ModelPresets.Find("guide-354m");

    private static readonly Workload Example = new() { Batch = 1, Prompt = 64, NewTokens = 64, Type = DataType.Float16 };

    [Fact]
    public void The_worked_example_comes_out_to_the_byte()
    {
        var estimate = GuideEstimator.Estimate(Guide, Example);

        Assert.Equal("guide", estimate.Estimator);
        Assert.Equal(
            [
                (Part.Weights, new(708_673_536)), (Part.KvCache, new(12_582_912)), (Part.Activations, new(49_152)),
                (Part.Overhead, new(104_857_600)),
            ],
            estimate.Parts.Known);
        Assert.Equal(826_163_200, estimate.Total.Bytes);
        Assert.Equal(708_673_536 + 12_582_912 + 49_152, estimate.TensorPeak!.Value.Bytes);
    }

    [Fact]
    public void In_INT8_the_guide_counts_a_byte_a_parameter_and_nothing_for_scales()
    {
        var estimate = GuideEstimator.Estimate(Guide, Example with { Type = DataType.Int8 });

        Assert.Equal(354_336_768, estimate.Parts[Part.Weights]!.Value.Bytes);
        // The cache stays in the type of the arithmetic.
        Assert.Equal(12_582_912, estimate.Parts[Part.KvCache]!.Value.Bytes);
    }

    [Theory]
    [InlineData(DataType.Int8, DataType.Int8, 12_582_912 / 2)]
    [InlineData(DataType.Float8, DataType.Float16, 12_582_912 * 3 / 4)]
    public void Of_a_quantized_cache_the_guide_counts_the_elements_and_says_that_it_has_no_scales(DataType keys, DataType values, long bytes)
    {
        var estimate = GuideEstimator.Estimate(Guide, Example with { KeyType = keys, ValueType = values });

        Assert.Equal(bytes, estimate.Parts[Part.KvCache]!.Value.Bytes);
        Assert.Contains(estimate.Unknown, line => line.Contains("scales of the cache", StringComparison.Ordinal));
        Assert.DoesNotContain(GuideEstimator.Estimate(Guide, Example).Unknown, line => line.Contains("scales", StringComparison.Ordinal));
    }

    [Fact]
    public void Batch_and_length_multiply_the_cache_and_only_batch_the_activations()
    {
        var estimate = GuideEstimator.Estimate(Guide, Example with { Batch = 3, Prompt = 192 });

        Assert.Equal(3 * 2 * 12_582_912, estimate.Parts[Part.KvCache]!.Value.Bytes);
        Assert.Equal(3 * 49_152, estimate.Parts[Part.Activations]!.Value.Bytes);
    }

    [Fact]
    public void The_guide_knows_nothing_of_grouped_heads() => Assert.Equal(
        GuideEstimator.Estimate(Guide, Example).Parts[Part.KvCache],
        GuideEstimator.Estimate((GptSizes.Of(Guide) with { KvHeads = 1 }).Model("test"), Example).Parts[Part.KvCache]);

    [Fact]
    public void What_the_guide_does_not_say_is_null()
    {
        var estimate = GuideEstimator.Estimate(Guide, Example);

        Assert.Null(estimate.AllocatedPeak);
        Assert.Null(estimate.ReservedPeak);
        Assert.Null(estimate.Low);
        Assert.Null(estimate.High);
        Assert.NotEmpty(estimate.Unknown);
    }
}
