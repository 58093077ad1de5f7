using LlmMemProfiler.Core.Gpus;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>
/// A reduction of contiguous rows to one state each. If a thread would have 256 values or more and there are too few
/// blocks to fill the GPU, several blocks share a row, with a buffer of their states and one semaphore per row of blocks.
/// </summary>
/// <param name="Buffer">Bytes of the blocks' states; 0 if blocks don't share rows.</param>
/// <param name="Semaphores">Bytes of the semaphores.</param>
/// <remarks>
/// ATen, <c>native/cuda/Reduce.cuh</c>: <c>setReduceConfig</c>, <c>ReduceConfig::set_block_dimension</c>, <c>global_memory_size</c>,
/// <c>semaphore_size</c>, <c>gpu_reduce_kernel</c>. Vectorized loads narrow a block only if rows are too
/// short to be shared. Beyond 2³¹ bytes of input ATen splits the reduction first, see <see cref="IndexedParts"/>. Read in an
/// older version, <c>set_block_dimension</c> from memory. Seen on an H100 under 2.11.0 (profiles/hardware/cuda-h100-80gb) in whole runs.
/// </remarks>
internal readonly record struct GlobalReduction(long Buffer, long Semaphores)
{
    private const long MostThreads = 512;
    private const long Warp = 32;
    private const long FewestValues = 16;
    private const long MostValues = 256;

    /// <param name="rows">Number of results.</param>
    /// <param name="columns">Values per row.</param>
    /// <param name="stateBytes">Bytes per partial result.</param>
    /// <param name="gpu">The GPU.</param>
    public static GlobalReduction Of(long rows, long columns, long stateBytes, GpuModel gpu)
    {
        var across = Power2(columns);
        var height = Math.Min(Power2(rows), MostThreads / Math.Min(across, Warp));
        var width = Math.Min(across, MostThreads / height);
        var perThread = Ceiling(columns, width);
        var sharesWarps = perThread >= height * FewestValues || perThread >= MostValues;
        if (sharesWarps)
            perThread = Ceiling(columns, width * height);
        var grid = sharesWarps ? rows : Ceiling(rows, height);
        var wanted = gpu.Multiprocessors * (gpu.Limits.Threads / (width * height));
        if (!sharesWarps || perThread < MostValues || grid > wanted)
            return default;
        var blocks = Math.Max(
            Math.Min(Ceiling(wanted, grid), Ceiling(perThread, FewestValues)),
            Ceiling(perThread, MostValues));
        return blocks > 1 ? new(stateBytes * rows * blocks, sizeof(int) * grid) : default;
    }

    /// <summary>The largest power of two not above n or the block's thread limit.</summary>
    private static long Power2(long n) => n >= MostThreads ? MostThreads : 1L << (int)long.Log2(Math.Max(n, 1));

    private static long Ceiling(long a, long b) => (a + b - 1) / b;
}
