using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Tests.Profiles;

public class ShapeFeatureTests
{
    private static readonly ModelFacts Gpt2 = ModelFacts.Of(ModelPresets.Find("gpt2"));

    private static readonly Workload Plain = new() { Prompt = 64, NewTokens = 8, Batch = 2, Type = DataType.Float16 };

    [Fact]
    public void Activations_are_the_input_and_twice_the_feed_forward_of_a_passs_tokens()
    {
        const double each = 768 + (2 * 3_072);
        Assert.Equal(2 * 2 * 64 * each, Value("pass_activations", Plain));
        Assert.Equal(4 * 2 * 64 * each, Value("pass_activations", Plain with { Type = DataType.Float32 }));
        Assert.Equal(2 * 2 * 16 * each, Value("pass_activations", Plain with { PrefillChunk = 16 }));
        Assert.Equal(0, Value("bf16_activations", Plain));
    }

    [Fact]
    public void Bf16_has_a_slope_of_its_own()
    {
        var brain = Plain with { Type = DataType.BFloat16 };
        Assert.Equal(0, Value("pass_activations", brain));
        Assert.Equal(Value("pass_activations", Plain), Value("bf16_activations", brain));
    }

    [Theory]
    [InlineData(AttentionKernel.Fused, null, 10)]
    [InlineData(AttentionKernel.Math, null, 10 + (2 * (1 + 7)))]
    [InlineData(AttentionKernel.Math, 32, 10 + (2 * (2 + 7)))]
    [InlineData(AttentionKernel.Fused, 48, 15)]
    public void Products_are_compiled_for_each_number_of_rows_and_in_plain_attention_for_each_length(AttentionKernel attention, int? chunk, double shapes)
    {
        var brain = Plain with { Type = DataType.BFloat16, Attention = attention, PrefillChunk = chunk };
        Assert.Equal(shapes, Value("compiled_products", brain));
        Assert.Equal(0, Value("compiled_products", brain with { Type = DataType.Float32 }));
    }

    private static double Value(string feature, Workload workload) => ShapeFeature.Named(feature).Of(Gpt2, WorkloadFacts.Of(workload));
}
