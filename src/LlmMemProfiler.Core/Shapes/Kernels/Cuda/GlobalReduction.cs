namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>
/// A reduction of contiguous rows, each to one state. Where a thread would have 256 values or more and there are too few
/// blocks to fill the GPU, several blocks share a row, through a buffer of their states and a semaphore a row of blocks.
/// </summary>
/// <param name="Buffer">Bytes of the blocks' states; 0 where no block shares a row.</param>
/// <param name="Semaphores">Bytes of the semaphores.</param>
/// <remarks>
/// ATen, <c>native/cuda/Reduce.cuh</c>: <c>setReduceConfig</c>, <c>ReduceConfig::set_block_dimension</c>, <c>global_memory_size</c>,
/// <c>semaphore_size</c>, <c>gpu_reduce_kernel</c>. Loads of four values narrow a block only where rows are too
/// short to be shared. Beyond 2³¹ bytes of input ATen splits the reduction, which is left out. Read in an
/// older version, <c>set_block_dimension</c> from memory. Not seen on a GPU.
/// </remarks>
internal readonly record struct GlobalReduction(long Buffer, long Semaphores)
{
    private const long MostThreads = 512;
    private const long Warp = 32;
    private const long FewestValues = 16;
    private const long MostValues = 256;

    /// <param name="rows">Results.</param>
    /// <param name="columns">Values of each row.</param>
    /// <param name="stateBytes">Of one partial result.</param>
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
        var wanted = gpu.Multiprocessors * (gpu.Capability.ThreadsPerMultiprocessor / (width * height));
        if (!sharesWarps || perThread < MostValues || grid > wanted)
            return default;
        var blocks = Math.Max(
            Math.Min(Ceiling(wanted, grid), Ceiling(perThread, FewestValues)),
            Ceiling(perThread, MostValues));
        return blocks > 1 ? new(stateBytes * rows * blocks, sizeof(int) * grid) : default;
    }

    /// <summary>The largest power of two that is no larger, and no more than the threads of a block.</summary>
    private static long Power2(long n) => n >= MostThreads ? MostThreads : 1L << (int)long.Log2(Math.Max(n, 1));

    private static long Ceiling(long a, long b) => (a + b - 1) / b;
}
