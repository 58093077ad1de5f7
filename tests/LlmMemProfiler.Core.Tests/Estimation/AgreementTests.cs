using CsCheck;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Tests.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Estimation;

/// <summary>The largest passes alone, and the whole run on shapes: they must agree to the byte.</summary>
public class AgreementTests
{
    [Fact]
    public void The_analytic_peak_is_the_simulated_one() => Arbitrary.Decode.Sample(
        (m, w) => Agree(m, w), iter: 3_000, print: t => $"{t.Item1}\n{t.Item2}");

    public static TheoryData<string> Presets => [.. ModelPresets.Names];

    [Theory]
    [MemberData(nameof(Presets))]
    public void They_agree_on_each_preset(string name) =>
        Gen.Select(Arbitrary.Workload, Gen.Int[1, 100]).Sample(
            (w, prompt) => Agree(ModelPresets.Find(name), w with { Prompt = prompt }), iter: 20);

    public static TheoryData<string> Families => [.. TinyModels.Names];

    [Theory]
    [MemberData(nameof(Families))]
    public void They_agree_on_each_family(string name) =>
        Arbitrary.Workload.Sample(w => Agree(TinyModels.Find(name), w), iter: 30);

    /// <summary>Its layers attend within chunks of 5: a pass before the last full one sees more.</summary>
    [Fact]
    public void They_agree_where_an_earlier_pass_sees_more_than_the_last() => Agree(TinyModels.Find("llama4_text"), new()
    {
        Batch = 3,
        Prompt = 29,
        NewTokens = 4,
        Type = DataType.Int8,
        PrefillChunk = 2,
        Attention = AttentionKernel.Math,
        Logits = LogitsFor.All,
    });

    private static void Agree(ModelSpec model, Workload workload)
    {
        var analytic = AnalyticEstimator.Estimate(model, workload);
        var simulated = SimulatedEstimator.Estimate(model, workload);

        Assert.Equal(simulated.TensorPeak, analytic.TensorPeak);
        Assert.Equal(simulated.Phases, analytic.Phases);
        Assert.Equal(simulated.Parts[Part.Weights], analytic.Parts[Part.Weights]);
        // A cache that grows may stand differently at two moments that are equally high.
        if (workload.Cache == CachePolicy.Preallocated)
            Assert.Equal(simulated.Parts[Part.KvCache], analytic.Parts[Part.KvCache]);
    }
}
