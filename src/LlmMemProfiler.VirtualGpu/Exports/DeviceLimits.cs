using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>
/// What decides which kernels a library chooses, and how their work is split: from the table of GPUs, and what all NVIDIA GPUs have in
/// common.
/// </summary>
/// <remarks>NVIDIA, CUDA C++ Programming Guide, 'Technical Specifications per Compute Capability'.</remarks>
internal static class DeviceLimits
{
    public const int WarpSize = 32;
    public const int BlockThreads = 1024;
    public const int BlockDepth = 64;
    public const int GridWidth = int.MaxValue;
    public const int GridHeight = 65_535;
    public const int BlockShared = 48 << 10;
    public const int BlockRegisters = 65_536;
    public const int Constant = 64 << 10;
    public const int TextureAlignment = 512;
    public const int CopyEngines = 3;

    /// <summary>No clock of any card; nothing that allocates looks at it.</summary>
    public const int Clock = 1_000_000;

    /// <summary>Bits; no card's.</summary>
    public const int BusWidth = 256;

    /// <summary>Of a card whose second-level cache nobody has seen.</summary>
    private const int UnknownL2 = 4 << 20;

    public static int L2(GpuModel gpu) => (int)(gpu.L2?.Bytes ?? UnknownL2);

    /// <summary>Blocks that are resident on a multiprocessor at most.</summary>
    public static int ResidentBlocks(ComputeCapability capability) => (capability.Major, capability.Minor) switch
    {
        (7, 5) or (8, 6 or 7) => 16,
        (8, 9) or ( >= 11, _) => 24,
        _ => 32,
    };

    /// <summary>Shared memory that the system keeps for itself in each block.</summary>
    public static int SystemShared(ComputeCapability capability) => capability.Major >= 8 ? 1024 : 0;

    /// <summary>Blocks of a kernel of ordinary size that are resident on a multiprocessor at once.</summary>
    /// <param name="gpu">The card.</param>
    /// <param name="threads">Threads of a block.</param>
    /// <param name="shared">Its shared memory, in bytes.</param>
    public static int Occupancy(GpuModel gpu, int threads, ulong shared)
    {
        if (threads is < 1 or > BlockThreads || shared > (ulong)gpu.Limits.SharedPerBlock.Bytes)
            return 0;
        var blocks = Math.Min(gpu.Limits.Threads / threads, ResidentBlocks(gpu.Capability));
        return shared == 0 ? blocks : (int)Math.Min(blocks, gpu.Limits.Shared.Bytes / ((long)shared + SystemShared(gpu.Capability)));
    }

    /// <summary>Its number on the bus.</summary>
    public static int Bus(VirtualDevice device) => device.Number + 1;
}
