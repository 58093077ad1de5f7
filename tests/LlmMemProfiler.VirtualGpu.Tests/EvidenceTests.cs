using LlmMemProfiler.Core.Virtual;

namespace LlmMemProfiler.VirtualGpu.Tests;

public sealed class EvidenceTests
{
    /// <summary>When its version rises, <c>scripts/virtual-evidence.sh</c> has to run again.</summary>
    [Fact]
    public void What_was_checked_was_checked_on_the_present_stand_in() =>
        Assert.All(VirtualEvidence.Rows, row => Assert.Equal(StandIn.Version, row.StandIn));
}
