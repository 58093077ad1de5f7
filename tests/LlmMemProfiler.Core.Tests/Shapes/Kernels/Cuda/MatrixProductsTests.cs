using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

public class MatrixProductsTests
{
    [Theory]
    [InlineData("h100", 33_554_432)]
    [InlineData("h200", 33_554_432)]
    [InlineData("a100-80", 8_519_680)]
    [InlineData("t4", 8_519_680)]
    [InlineData("b200", 8_519_680)]
    [InlineData("rtx-5090", 8_519_680)]
    public void A_product_without_bias_keeps_cuBLASs_workspace(string gpu, long size)
    {
        foreach (var type in (DataType[])[DataType.Float16, DataType.Float32])
        {
            Assert.Equal(["result", $"cublas {size}"], Linear(Scripts.Kernels(gpu), 4, bias: false, type));
            Assert.Equal(["result", $"cublas {size}"], Product(Scripts.Kernels(gpu), 4, 8, 5, new(32, 8, 1), new(40, 1, 8), type));
        }
    }

    [Fact]
    public void A_bias_goes_through_cuBLASLt_which_keeps_a_mebibyte_of_its_own_after_cuBLASs() =>
        Assert.Equal(["result", "cublas 33554432", "cublaslt 1048576"], Linear(Scripts.Kernels("h100"), 4, bias: true));

    /// <summary>Seen under libtorch 2.10.0 on a virtual a30, with heads of one element.</summary>
    [Fact]
    public void Rows_that_BLAS_cannot_read_are_copied()
    {
        var kernels = Scripts.Kernels("a30");
        Assert.Equal(
            ["result", "+192", "cublas 8519680", "cublaslt 1048576", "-192"],
            kernels.Linear(new(6, 16, 16, true, DataType.Float16, HasGaps: true)).Words());
        Assert.Equal(["result", "+32", "cublas 8519680", "-32"], kernels.Linear(new(1, 16, 16, true, DataType.Float16, HasGaps: true)).Words());
    }

    /// <summary>By release, as on a virtual GPU: what a first product, a linear with bias of one row, and one of four rows then take.</summary>
    [Theory]
    [InlineData("2.8.0", "a100-80", "cublas 8519680", "", "")]
    [InlineData("2.8.0", "h100", "cublas 33554432", "", "")]
    [InlineData("2.9.1", "a100-80", "cublas 8519680", "cublaslt 1048576", "cublaslt 1048576")]
    [InlineData("2.10.0", "a100-80", "cublas 8519680", "", "cublaslt 1048576")]
    [InlineData("2.10.0", "b200", "cublas 8519680", "", "cublaslt 1048576")]
    [InlineData("2.11.0", "h100", "cublas 33554432", "cublaslt 1048576", "cublaslt 1048576")]
    [InlineData("2.11.0", "rtx-5090", "cublas 8519680", "cublaslt 1048576", "cublaslt 1048576")]
    [InlineData("2.12.1", "a100-80", "cublas 8519680", "", "")]
    [InlineData("2.12.1", "b200", "cublas 33554432", "", "")]
    [InlineData("2.14.1", "rtx-5090", "cublas 33554432", "", "")]
    public void Workspaces_differ_by_release(string version, string gpu, string first, string oneRow, string fourRows)
    {
        var kernels = Scripts.Kernels(gpu, new(version, 0));
        Assert.Equal(["result", first], Linear(kernels, 4, bias: false));
        Assert.Equal(oneRow == "" ? ["result", first] : ["result", first, oneRow], Linear(kernels, 1, bias: true));
        Assert.Equal(fourRows == "" ? ["result", first] : ["result", first, fourRows], Linear(kernels, 4, bias: true));
    }

    [Fact]
    public void A_single_row_with_bias_does_not_in_TorchSharps_libtorch()
    {
        Assert.Equal(["result", "cublas 33554432"], Linear(Scripts.Kernels("h100"), 1, bias: true));
        Assert.Equal(["result", "cublas 33554432"], Linear(Scripts.Kernels("h100"), 4, bias: true, inputs: 1));
        Assert.Equal(["result", "cublas 33554432"], Linear(Scripts.Kernels("h100"), 4, bias: true, outputs: 1));
    }

    [Theory]
    [InlineData(":4096:2:16:8", 8_519_680)]
    [InlineData(":4096:8", 33_554_432)]
    [InlineData(":16:8", 131_072)]
    [InlineData("what?", 33_554_432)]
    public void The_environment_sets_cuBLASs_workspace(string config, long size) =>
        Assert.Equal(
            ["result", $"cublas {size}"],
            Linear(Scripts.Kernels("h100", environment: new(CublasWorkspace: config)), 4, bias: false));

    [Fact]
    public void A_workspace_of_nothing_is_no_block() =>
        Assert.Equal(["result", "cublaslt 1048576"], Linear(Scripts.Kernels("h100", environment: new(CublasWorkspace: ":0:0")), 4, bias: true));

    [Fact]
    public void An_absurd_workspace_is_refused() =>
        Assert.StartsWith(
            "CUBLAS_WORKSPACE_CONFIG is ':999999999999:9'",
            Assert.ThrowsAny<InputException>(() => Scripts.Kernels("h100", environment: new(CublasWorkspace: ":999999999999:9"))).Message,
            StringComparison.Ordinal);

    /// <summary>As libtorch 2.10.0 did on a virtual A100.</summary>
    [Theory]
    [InlineData("2048", null, "cublaslt 2097152")]
    [InlineData("16384", null, "cublaslt 16777216")]
    [InlineData("3000000", "0", "cublaslt 3072000000")]
    [InlineData("64abc", null, "cublaslt 65536")]
    [InlineData("much", null, "cublaslt 1048576")]
    [InlineData("99999999999", null, "cublaslt 1048576")]
    [InlineData(null, "true", "cublaslt 1048576")]
    public void The_environment_sets_cuBLASLts_size_whatever_cuBLASs_is(string? kib, string? unified, string kept) =>
        Assert.Equal(
            ["result", "cublas 131072", kept],
            Linear(Scripts.Kernels("h100", environment: new(CublasWorkspace: ":16:8", CublasLtWorkspace: kib, UnifiedWorkspace: unified)), 4, bias: true));

    [Fact]
    public void A_negative_size_which_libtorch_takes_for_all_of_memory_is_refused() =>
        Assert.StartsWith(
            "CUBLASLT_WORKSPACE_SIZE is '-1'",
            Assert.ThrowsAny<InputException>(() => Scripts.Kernels("h100", environment: new(CublasLtWorkspace: "-1"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_unified_workspace_is_cuBLASs_alone() =>
        Assert.Equal(
            ["result", "cublas 33554432"],
            Linear(Scripts.Kernels("h100", environment: new(UnifiedWorkspace: "1")), 4, bias: true));

    [Fact]
    public void CuBLASLt_can_be_switched_off() =>
        Assert.Equal(
            ["result", "cublas 33554432"],
            Linear(Scripts.Kernels("h100", environment: new(AddmmWithoutLt: "1")), 4, bias: true));

    /// <summary>As libtorch 2.10.0 did on a virtual A100 with a model without biases.</summary>
    [Fact]
    public void CuBLASLt_can_be_preferred_for_every_product()
    {
        var kernels = Scripts.Kernels("a100-80", environment: new(LtPreferred: "1"));
        Assert.Equal(["result", "cublas 8519680", "cublaslt 1048576"], Linear(kernels, 1, bias: false));
        Assert.Equal(["result", "cublas 8519680", "cublaslt 1048576"], Product(kernels, 4, 8, 5, new(32, 8, 1), new(40, 1, 8)));
    }

    /// <summary>Under 2.10.0 such a run fails with 'OOM trying to allocate workspace for cublaslt'; without the preference it does not.</summary>
    [Fact]
    public void Where_cuBLASLt_is_preferred_and_shares_cuBLASs_workspace_there_has_to_be_one()
    {
        var environment = new CudaEnvironment(CublasWorkspace: ":0:0", UnifiedWorkspace: "1");
        Assert.Equal(["result"], Linear(Scripts.Kernels("h100", environment: environment), 4, bias: true));
        Assert.Contains(
            "CUBLAS_WORKSPACE_CONFIG is ':0:0'; expected more than 0 KiB, such as ':4096:8'",
            Assert.ThrowsAny<InputException>(() => Scripts.Kernels("h100", environment: environment with { LtPreferred = "1" })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void CuBLASLt_for_every_product_needs_a_workspace() =>
        Assert.StartsWith(
            "CUBLASLT_WORKSPACE_SIZE is '0'; expected more than 0 KiB",
            Assert.ThrowsAny<InputException>(() => Scripts.Kernels("h100", environment: new(LtPreferred: "1", CublasLtWorkspace: "0"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Variables_are_read_by_their_names()
    {
        var set = new Dictionary<string, string?>
        {
            ["CUBLAS_WORKSPACE_CONFIG"] = "a",
            ["CUBLASLT_WORKSPACE_SIZE"] = "b",
            ["TORCH_CUBLASLT_UNIFIED_WORKSPACE"] = "c",
            ["DISABLE_ADDMM_CUDA_LT"] = "d",
            ["TORCH_BLAS_PREFER_CUBLASLT"] = "e",
            ["TORCH_CUDNN_SDPA_PREFERRED"] = "f",
            ["TORCH_CUDNN_SDPA_DEPRIORITIZED"] = "g",
        };

        Assert.Equal(new("a", "b", "c", "d", "e", "f", "g"), CudaEnvironment.From(set.GetValueOrDefault));
        Assert.Equal(new CudaEnvironment(), CudaEnvironment.From(_ => null));
    }

    [Fact]
    public void A_cache_view_with_gaps_between_its_rows_is_read_in_place() =>
        // Values of a longer buffer: rows D apart, heads S·D apart.
        Assert.Equal(["result", "cublas 8519680"], Product(Scripts.Kernels("a10"), 1, 4, 8, new(4, 4, 1), new(72, 8, 1)));

    [Fact]
    public void Rows_of_one_number_cannot_be_told_from_columns_and_stay_where_they_are()
    {
        Assert.Equal(["result", "cublas 8519680"], Product(Scripts.Kernels("a10"), 4, 8, 1, new(32, 8, 1), new(8, 1, 1)));
        Assert.Equal(["result", "cublas 8519680"], Product(Scripts.Kernels("a10"), 1, 8, 5, new(8, 3, 1), new(40, 5, 1)));
    }

    [Fact]
    public void Operands_without_a_stride_of_one_are_copied_the_right_one_first_and_given_back_the_other_way()
    {
        // 3 x [4, 8] · [8, 5], FP16; every second number.
        const int left = 3 * 4 * 8 * 2, right = 3 * 8 * 5 * 2;
        Assert.Equal(
            ["result", $"+{right}", $"+{left}", "cublas 8519680", $"-{left}", $"-{right}"],
            Product(Scripts.Kernels("a10"), 4, 8, 5, new(64, 16, 2), new(80, 10, 2)));
        // A single column is not swapped.
        Assert.Equal(
            ["result", $"+{left}", "+48", "cublas 8519680", "-48", $"-{left}"],
            Product(Scripts.Kernels("a10"), 4, 8, 1, new(64, 16, 2), new(16, 2, 2)));
    }

    [Fact]
    public void Rows_that_overlap_are_copied() =>
        Assert.Equal(
            ["result", "+192", "cublas 8519680", "-192"],
            Product(Scripts.Kernels("a10"), 4, 8, 5, new(32, 7, 1), new(40, 5, 1)));

    private static string[] Linear(
        CudaKernels kernels, long rows, bool bias, DataType type = DataType.Float16, long inputs = 64, long outputs = 32) =>
        kernels.Linear(new(rows, inputs, outputs, bias, type)).Words();

    private static string[] Product(
        CudaKernels kernels, long rows, long inner, long columns, Strides left, Strides right, DataType type = DataType.Float16) =>
        kernels.Product(new(3, rows, inner, columns, left, right, type)).Words();
}
