using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Harness.Checks;

namespace LlmMemProfiler.Harness.Tests.Checks;

public class CudnnFindingTests
{
    [Theory]
    [InlineData(91_002, "1", FindingState.Good, "version 9.10.2; its attention comes last")]
    [InlineData(91_900, null, FindingState.Absent, "version 9.19.0; a variable leaves its attention on")]
    [InlineData(0, "1", FindingState.Absent, "names no cuDNN")]
    public void CuDNN_is_told_and_never_fails(int cudnn, string? deprioritized, FindingState state, string words)
    {
        var finding = CudnnFinding.Of(new("2.11.0", cudnn), name => name == "TORCH_CUDNN_SDPA_DEPRIORITIZED" ? deprioritized : null);
        Assert.Equal(("cuDNN", state), (finding.What, finding.State));
        Assert.StartsWith(words, finding.Found.Replace("this libtorch ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
