using LlmMemProfiler.Core.Virtual;

namespace LlmMemProfiler.Core.Tests.Virtual;

/// <summary>What is committed of <c>scripts/virtual-evidence.sh</c>; that it is of the present stand-in is a test of the stand-in.</summary>
public class VirtualEvidenceTests
{
    private static readonly IReadOnlyList<CheckedPoints> Of210 = [.. VirtualEvidence.Rows.Where(row => (row.LibTorch, row.Runtime) == ("2.10.0", "12.8"))];

    [Fact]
    public void Thousands_of_points_of_many_cards_and_capabilities_were_checked_on_the_libtorch_that_the_wrapper_is_made_for()
    {
        Assert.InRange(Of210.Sum(row => row.Points), 5_000, int.MaxValue);
        Assert.InRange(Of210.DistinctBy(row => row.Gpu).Count(), 14, int.MaxValue);
        Assert.InRange(Of210.DistinctBy(row => row.Capability).Count(), 7, int.MaxValue);
        Assert.All(Of210, row => Assert.NotEmpty(VirtualEvidence.Of(row.Capability)));
    }

    [Fact]
    public void Each_of_them_was_predicted() => Assert.All(VirtualEvidence.Rows, row => Assert.True(row.AllEqual, row.Gpu));

    [Theory]
    [InlineData("defaults")]
    [InlineData("expandable_segments")]
    [InlineData("garbage_collection_threshold")]
    [InlineData("max_non_split_rounding_mb")]
    [InlineData("max_split_size_mb")]
    [InlineData("per_process_memory_fraction")]
    [InlineData("roundup_power2_divisions")]
    [InlineData("CUBLAS_WORKSPACE_CONFIG")]
    [InlineData("CUBLASLT_WORKSPACE_SIZE")]
    [InlineData("DISABLE_ADDMM_CUDA_LT")]
    [InlineData("TORCH_BLAS_PREFER_CUBLASLT")]
    [InlineData("TORCH_CUBLASLT_UNIFIED_WORKSPACE")]
    public void Each_setting_that_is_simulated_is_among_them(string setting) =>
        Assert.InRange(Of210.Sum(row => row.Settings.GetValueOrDefault(setting)), 100, int.MaxValue);
}
