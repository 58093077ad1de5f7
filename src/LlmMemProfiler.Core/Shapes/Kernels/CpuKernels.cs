using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels;

/// <summary>
/// libtorch's CPU kernels. What they take follows from shapes, types and threads, except in half-precision products: there
/// oneDNN chooses, and what it took is looked up.
/// </summary>
/// <param name="threads">libtorch's compute threads.</param>
/// <param name="probed">What oneDNN was seen to take on this machine; null where nobody looked.</param>
public sealed class CpuKernels(int threads, ScratchTable? probed = null) : KernelModel
{
    private readonly ScratchTable scratch = probed ?? new();

    public override string Name => $"cpu, {threads} threads";

    /// <summary>Right after the model ran: only then is it known what it needs.</summary>
    public override IReadOnlyList<string> Unknown => scratch.IsComplete
        ? []
        : [$"scratch of {scratch.MissingLinears.Count + scratch.MissingProducts.Count} half-precision products: oneDNN chooses it, and they were not tried on this machine"];

    public override KernelScript Linear(in LinearShape shape) =>
        shape.Type == DataType.Float32 ? KernelScript.ResultOnly : scratch.Find(shape);

    public override KernelScript Product(in ProductShape shape) =>
        shape.Type == DataType.Float32 ? KernelScript.ResultOnly : scratch.Find(shape);

    /// <remarks>
    /// The scores' log-sum-exp, FP32 [B, h, T], then buffers for one block of queries and keys a thread: FP32 scores, row maxima,
    /// row sums and accumulator; for half types the block's scores once more in that type. ATen,
    /// <c>native/cpu/FlashAttentionKernel.cpp</c>, <c>cpu_flash_attention</c>; seen on libtorch 2.10.
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

    /// <remarks>A scalar tensor in FP64, and one in the tensor's type.</remarks>
    public override KernelScript Scale(DataType type) => new KernelScript().Scratch(sizeof(double), type.Bytes());
}
