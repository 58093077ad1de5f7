using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Checks;

namespace LlmMemProfiler.Harness.Tests.Checks;

public class DoctorTests
{
    [Fact]
    public void A_machine_with_libtorch_is_ready_and_everything_looked_at_is_told()
    {
        var record = Doctor.Examine(null);
        Assert.True(record.CanRun);
        Assert.Equal(
            ["program", "processor", "memory", "libtorch", "wrapper", "allocation hook", "operations, cpu fp32", "operations, cpu fp16",
                "operations, cpu bf16", "NVIDIA driver"],
            record.Findings.Select(f => f.What).Where(w => !w.Contains("cuda:", StringComparison.Ordinal)));
        Assert.All(record.Findings, f => Assert.NotEmpty(f.Found));
    }

    [Fact]
    public void A_folder_without_libtorch_is_a_finding_and_no_exception()
    {
        var record = Doctor.Examine("/nonexistent");
        Assert.False(record.CanRun);
        var finding = Assert.Single(record.Findings, f => f.State == FindingState.Failed);
        Assert.Equal("libtorch", finding.What);
        Assert.Contains("/nonexistent", finding.Found, StringComparison.Ordinal);
    }
}
