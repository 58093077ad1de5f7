using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>Memory of linear layers and batched matmuls.</summary>
/// <remarks>
/// ATen, <c>native/cuda/Blas.cpp</c> (as of winter 2025/26, pull request numbers up to 168000): <c>addmm_out_cuda_impl</c>,
/// <c>isInputCompliesAddmmCudaLt</c>, <c>baddbmm_out_cuda_impl</c>, <c>prepare_batch_matrix_for_cublas</c>; <c>cuda/CUDABlas.cpp</c>,
/// <c>gemm_and_bias</c>, whose workspace is the persistent one. Single rows were seen on a virtual GPU, that is, on a stand-in for CUDA's runtime, under
/// 2.9.1, 2.10.0 and 2.11.0, and on an H100 under 2.11.0 (profiles/hardware/cuda-h100-80gb).
/// </remarks>
internal sealed class MatrixProducts(BlasWorkspaces workspaces, CudaEnvironment environment, Version release)
{
    /// <summary>2.10 alone leaves a single row to cuBLAS.</summary>
    private readonly long fewestRows = release == new Version(2, 10) ? 2 : 1;

    /// <summary>A decode has one for each of hundreds of thousands of layers: they are made once.</summary>
    private readonly KernelScript throughBoth = workspaces.KeepBoth(new KernelScript().Result());
    private readonly KernelScript throughCublas = workspaces.KeepCublas(new KernelScript().Result());

    /// <summary>
    /// cuBLASLt adds a bias in its epilogue if neither inputs nor outputs are 1, nor rows in some releases; otherwise the bias is broadcast into the result first, which
    /// allocates nothing, and cuBLAS adds the product to it. Rows with gaps between their elements, as heads of one element leave them, are
    /// copied (seen under 2.10.0).
    /// </summary>
    public KernelScript Linear(in LinearShape shape)
    {
        var throughLt = shape.HasBias && environment.AddmmWithoutLt != "1"
            && shape.Rows >= fewestRows && shape.Inputs > 1 && shape.Outputs > 1;
        if (!shape.HasGaps)
            return throughLt ? throughBoth : throughCublas;
        var script = new KernelScript().Result();
        var copy = script.Allocate(shape.Rows * shape.Inputs * shape.Type.Bytes());
        return (throughLt ? workspaces.KeepBoth(script) : workspaces.KeepCublas(script)).Free(copy);
    }

    /// <summary>The result, copies of operands that cuBLAS cannot read in place, and cuBLAS's workspace.</summary>
    public KernelScript Product(in ProductShape shape)
    {
        var script = new KernelScript().Result();
        Multiply(script, shape);
        return script;
    }

    /// <summary>The product itself, with its result already allocated.</summary>
    public void Multiply(KernelScript script, in ProductShape shape)
    {
        var element = (long)shape.Type.Bytes();
        var left = shape.Batch * shape.Rows * shape.Inner * element;
        var right = shape.Batch * shape.Inner * shape.Columns * element;
        // cuBLAS is column-major: a row-major result is the transposed product with its operands swapped.
        var isSwapped = shape.Columns > 1;
        var copies = new List<int>();
        if (isSwapped && !IsReadable(shape.Right, shape.Batch, shape.Inner, shape.Columns))
            copies.Add(script.Allocate(right));
        if (!IsReadable(shape.Left, shape.Batch, shape.Rows, shape.Inner))
            copies.Add(script.Allocate(left));
        if (!isSwapped && !IsReadable(shape.Right, shape.Batch, shape.Inner, shape.Columns))
            copies.Add(script.Allocate(right));
        workspaces.KeepCublas(script);
        for (var i = copies.Count - 1; i >= 0; i--)
            script.Free(copies[i]);
    }

    /// <summary>
    /// One stride of 1, the other at least the length it skips; or a contiguous batch, ignoring dimensions of 1.
    /// </summary>
    private static bool IsReadable(Strides strides, long batch, long rows, long columns) =>
        (strides.Column == 1 && strides.Row >= columns)
        || (strides.Row == 1 && strides.Column >= rows)
        || ((columns == 1 || strides.Column == 1)
            && (rows == 1 || strides.Row == columns)
            && (batch == 1 || strides.Batch == rows * columns)
            && strides is { Row: not 0, Column: not 0 });
}
