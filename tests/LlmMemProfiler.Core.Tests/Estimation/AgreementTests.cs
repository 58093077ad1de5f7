using CsCheck;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Tests.Models;

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
