using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cpu;

/// <summary>
/// libtorch's CPU kernels. Their scratch follows from shapes, types and threads, except in half-precision products, where
/// oneDNN chooses: those use probed values.
/// </summary>
/// <param name="threads">libtorch's compute threads.</param>
/// <param name="probed">oneDNN scratch measured on this machine; null if not probed.</param>
public sealed class CpuKernels(int threads, ScratchTable? probed = null) : KernelModel
{
    private readonly ScratchTable scratch = probed ?? new();

    public override string Name => $"cpu, {threads} threads";

    /// <summary>Valid only after the model has run.</summary>
    public override IReadOnlyList<string> Unknown => scratch.IsComplete
        ? []
        : [$"scratch of {scratch.MissingLinears.Count + scratch.MissingProducts.Count} half-precision products: chosen by oneDNN, not probed on this machine"];

    public override KernelScript Linear(in LinearShape shape) =>
        shape.Type == DataType.Float32 ? KernelScript.ResultOnly : scratch.Find(shape);

    public override KernelScript Product(in ProductShape shape) =>
        shape.Type == DataType.Float32 ? KernelScript.ResultOnly : scratch.Find(shape);

    /// <remarks>
    /// Log-sum-exp of the scores, FP32 [B, h, T], then buffers per thread for one block of queries and keys: FP32 scores, row
    /// maxima, row sums and accumulator; for half types also the block's scores in that type. ATen,
    /// <c>native/cpu/FlashAttentionKernel.cpp</c>, <c>cpu_flash_attention</c>; verified on libtorch 2.10.
    /// </remarks>
    public override KernelScript FusedAttention(in AttentionShape shape)
    {
        var (T, L, D) = (shape.Queries, shape.Keys, shape.HeadDim);
        var queryBlock = Math.Min(T, T >= 768 ? 256 : T >= 192 ? 64 : 32);
        var keyBlock = Math.Min(L, 512);
        var floats = (queryBlock * keyBlock) + (2 * queryBlock) + (queryBlock * D);
        var logSumExp = shape.Batch * shape.Heads * T * DataType.Float32.Bytes();
        var buffer = threads * floats * DataType.Float32.Bytes();
        var reduced = shape.Type == DataType.Float32 ? 0 : threads * queryBlock * keyBlock * shape.Type.Bytes();
        return new KernelScript().Result().Scratch(logSumExp, buffer, reduced);
    }

    /// <remarks>The scalar's two tensors come before the result. Seen on libtorch 2.10.</remarks>
    public override KernelScript AddScalar(DataType type)
    {
        var script = new KernelScript();
        var (given, cast) = (script.Allocate(sizeof(double)), script.Allocate(type.Bytes()));
        return script.Result().Free(cast).Free(given);
    }

    /// <remarks>The product with the scalar, whose two tensors come before the result. Seen on libtorch 2.10.</remarks>
    public override KernelScript ScaledCopy(DataType type)
    {
        var script = new KernelScript();
        var (given, cast) = (script.Allocate(sizeof(double)), script.Allocate(type.Bytes()));
        return script.Result().Free(cast).Free(given);
    }

    /// <remarks>
    /// Half types are summed in FP32, in one row for each thread, where rows have 16 elements or more. ATen,
    /// <c>native/cpu/ScatterGatherKernel.cpp</c>, <c>cpu_scatter_reduce_expanded_index</c>; seen on libtorch 2.10.
    /// </remarks>
    public override KernelScript AddRows(long columns, DataType type) =>
        type == DataType.Float32 || columns < 16 ? KernelScript.Nothing : new KernelScript().Scratch(threads * columns * DataType.Float32.Bytes());

    /// <remarks>The sum is divided by an INT64 scalar. ATen, <c>native/ReduceOps.cpp</c>, mean_out; seen on libtorch 2.10.</remarks>
    public override KernelScript Mean(long rows, long columns) => new KernelScript().Scratch(sizeof(long), sizeof(float));

    /// <remarks>A scalar tensor in FP64, and one in the tensor's data type.</remarks>
    public override KernelScript Scale(DataType type) => new KernelScript().Scratch(sizeof(double), type.Bytes());
}
