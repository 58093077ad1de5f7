using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Workflow.Tests;

public sealed class PointTimeTests
{
    /// <summary>A record tells when its point began; the next one's beginning is its end. A busy machine takes longer, and no test should fail for that.</summary>
    [Theory]
    [InlineData("cpu-epyc-2", 0.4, 1.5)]
    [InlineData("cuda-h100-80gb", 0.9, 1.1)]
    public void A_committed_sweep_is_expected_to_take_about_what_it_took(string machine, double least, double most)
    {
        var records = new ResultsReader().Read([Path.Combine(Repository.Root, "profiles", "hardware", machine, "sweep")]).ToList();
        var took = records[^1].Started - records[0].Started;
        var expected = TimeSpan.Zero;
        foreach (var record in records.SkipLast(1))
        {
            var model = record.Model.ToSpec();
            expected += PointTime.Of(new SweepPoint(model, record.Workload.ToWorkload(model), record.Model), record.Device.Kind, record.Host.Threads);
        }
        Assert.InRange(expected / took, least, most);
    }
}
