using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes;

/// <summary>
/// What libtorch's CPU kernels take for themselves inside one operation, where it follows from shapes, types and threads. What
/// oneDNN takes for a half-precision matmul does not, and is not here.
/// </summary>
/// <param name="threads">Threads that libtorch computes with.</param>
public sealed class CpuKernels(int threads)
{
    /// <summary>
    /// Bytes of FlashAttention's buffers, in the order in which they are taken: FP32 scores, row maxima, row sums and
    /// accumulator of one block of queries and keys for each thread; for half types the block's scores once more in that type.
    /// </summary>
    /// <param name="queries">T.</param>
    /// <param name="keys">L.</param>
    /// <param name="headDim">D.</param>
    /// <param name="type">Type of queries, keys and values.</param>
    /// <remarks>ATen, <c>native/cpu/FlashAttentionKernel.cpp</c>, <c>cpu_flash_attention</c>; seen on libtorch 2.10.</remarks>
    public IReadOnlyList<long> FusedAttentionBuffers(long queries, long keys, long headDim, DataType type)
    {
        var queryBlock = Math.Min(queries, queries >= 768 ? 256 : queries >= 192 ? 64 : 32);
        var keyBlock = Math.Min(keys, 512);
        var floats = (queryBlock * keyBlock) + (2 * queryBlock) + (queryBlock * headDim);
        var buffer = threads * floats * DataType.Float32.Bytes();
        return type == DataType.Float32 ? [buffer] : [buffer, threads * queryBlock * keyBlock * type.Bytes()];
    }

    /// <summary>Bytes of a number that multiplies a tensor: a scalar tensor in FP64, and one in the tensor's type.</summary>
    public static IReadOnlyList<long> Factor(DataType type) => [sizeof(double), type.Bytes()];
}
