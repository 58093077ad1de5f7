using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Tests.Sweeps.Plans;

public class SweepJobTests
{
    private static readonly SweepPlan Plan = PlanText.Read("""{"grids":[{"model":"tiny","batch":[1,2],"prompt":8,"new_tokens":4}]}""");

    [Fact]
    public void The_whole_plan_comes_once_then_again() => Assert.Equal(
        [(1, 0), (2, 0), (1, 1), (2, 1)],
        SweepJob.Of(Plan.Points, 2, DeviceKind.Cpu, "").Select(job => (job.Point.Workload.Batch, job.Repeat)));

    [Fact]
    public void Its_id_is_that_of_the_record()
    {
        var expected = new PointKey(
            ModelFacts.Of(ModelPresets.Find("tiny")), WorkloadFacts.Of(new() { Prompt = 8, NewTokens = 4 }), DeviceKind.Cuda, "expandable_segments:True");
        Assert.Equal(expected.Id, SweepJob.Of(Plan.Points, 1, DeviceKind.Cuda, "expandable_segments:True")[0].PointId);
    }

    [Fact]
    public void It_is_predicted_to_take_its_tensors_and_the_guides_constant()
    {
        var job = SweepJob.Of(Plan.Points, 1, DeviceKind.Cpu, "")[1];
        var estimates = Estimators.All(job.Point.Model, job.Point.Workload);
        Assert.Equal(estimates[2].TensorPeak + new ByteSize(100 << 20), job.Predicted);
    }
}
