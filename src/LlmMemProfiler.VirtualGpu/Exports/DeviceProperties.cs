using System.Buffers.Binary;
using System.Text;
using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>
/// The structure of a device's properties, as two releases of the runtime lay it out. The name of the function that fills it tells which
/// one is meant: <c>cudaGetDeviceProperties_v2</c> is CUDA 12's, <c>cudaGetDeviceProperties</c> is CUDA 13's.
/// </summary>
/// <remarks>driver_types.h of CUDA 12.8 and 13.0, <c>cudaDeviceProp</c>. What is not named here is 0.</remarks>
internal sealed class DeviceProperties
{
    private const int NameBytes = 256;
    private const int UuidAt = 256;

    /// <summary>Where a field lies in either (−1 if it is not there), its bytes, and its value.</summary>
    private static readonly Field[] Fields =
    [
        new(288, 288, 8, d => d.Total), // totalGlobalMem
        new(296, 296, 8, _ => DeviceLimits.BlockShared), // sharedMemPerBlock
        new(304, 304, 4, _ => DeviceLimits.BlockRegisters), // regsPerBlock
        new(308, 308, 4, _ => DeviceLimits.WarpSize), // warpSize
        new(312, 312, 8, _ => int.MaxValue), // memPitch
        new(320, 320, 4, _ => DeviceLimits.BlockThreads), // maxThreadsPerBlock
        new(324, 324, 4, _ => DeviceLimits.BlockThreads), // maxThreadsDim[0]
        new(328, 328, 4, _ => DeviceLimits.BlockThreads), // maxThreadsDim[1]
        new(332, 332, 4, _ => DeviceLimits.BlockDepth), // maxThreadsDim[2]
        new(336, 336, 4, _ => DeviceLimits.GridWidth), // maxGridSize[0]
        new(340, 340, 4, _ => DeviceLimits.GridHeight), // maxGridSize[1]
        new(344, 344, 4, _ => DeviceLimits.GridHeight), // maxGridSize[2]
        new(352, 352, 8, _ => DeviceLimits.Constant), // totalConstMem
        new(360, 360, 4, d => d.Gpu.Capability.Major), // major
        new(364, 364, 4, d => d.Gpu.Capability.Minor), // minor
        new(368, 368, 8, _ => DeviceLimits.TextureAlignment), // textureAlignment
        new(388, 384, 4, d => d.Gpu.Multiprocessors), // multiProcessorCount
        new(400, 392, 4, _ => 1), // canMapHostMemory
        new(576, 560, 4, _ => 1), // concurrentKernels
        new(584, 568, 4, d => DeviceLimits.Bus(d)), // pciBusID
        new(600, 584, 4, _ => DeviceLimits.CopyEngines), // asyncEngineCount
        new(604, 588, 4, _ => 1), // unifiedAddressing
        new(612, 592, 4, _ => DeviceLimits.BusWidth), // memoryBusWidth
        new(616, 596, 4, d => DeviceLimits.L2(d.Gpu)), // l2CacheSize
        new(620, 600, 4, d => DeviceLimits.L2(d.Gpu)), // persistingL2CacheMaxSize
        new(624, 604, 4, d => d.Gpu.Limits.Threads), // maxThreadsPerMultiProcessor
        new(628, 608, 4, _ => 1), // streamPrioritiesSupported
        new(632, 612, 4, _ => 1), // globalL1CacheSupported
        new(636, 616, 4, _ => 1), // localL1CacheSupported
        new(640, 624, 8, d => d.Gpu.Limits.Shared.Bytes), // sharedMemPerMultiprocessor
        new(648, 632, 4, d => d.Gpu.Limits.Registers), // regsPerMultiprocessor
        new(652, 636, 4, _ => 1), // managedMemory
        new(676, 656, 4, _ => 1), // concurrentManagedAccess
        new(680, 660, 4, _ => 1), // computePreemptionSupported
        new(688, 668, 4, _ => 1), // cooperativeLaunch
        new(696, 672, 8, d => d.Gpu.Limits.SharedPerBlock.Bytes), // sharedMemPerBlockOptin
        new(712, 688, 4, d => DeviceLimits.ResidentBlocks(d.Gpu.Capability)), // maxBlocksPerMultiProcessor
        new(720, 696, 8, d => DeviceLimits.SystemShared(d.Gpu.Capability)), // reservedSharedMemPerBlock
        new(728, 704, 4, _ => 1), // hostRegisterSupported
        new(744, 720, 4, _ => 1), // memoryPoolsSupported
        new(772, 748, 4, d => d.Gpu.Capability.Major >= 9 ? 1 : 0), // clusterLaunch
        new(348, -1, 4, _ => DeviceLimits.Clock), // clockRate
        new(608, -1, 4, _ => DeviceLimits.Clock), // memoryClockRate
    ];

    private readonly bool isOfCuda12;

    private DeviceProperties(bool isOfCuda12, int size) => (this.isOfCuda12, Size) = (isOfCuda12, size);

    public static DeviceProperties OfCuda12 { get; } = new(true, 1032);

    public static DeviceProperties OfCuda13 { get; } = new(false, 1008);

    /// <summary>Bytes of the structure.</summary>
    public int Size { get; }

    /// <summary>The structure's bytes for a device.</summary>
    public byte[] Of(VirtualDevice device)
    {
        var bytes = new byte[Size];
        Encoding.ASCII.GetBytes(device.Title).AsSpan(0, Math.Min(device.Title.Length, NameBytes - 1)).CopyTo(bytes);
        Convert.FromHexString(device.Uuid.Replace("-", "", StringComparison.Ordinal)).CopyTo(bytes, UuidAt);
        foreach (var field in Fields)
        {
            var at = isOfCuda12 ? field.At12 : field.At13;
            if (at < 0)
                continue;
            if (field.Bytes == 8)
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), field.Value(device));
            else
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), (int)field.Value(device));
        }
        return bytes;
    }

    private sealed record Field(int At12, int At13, int Bytes, Func<VirtualDevice, long> Value);
}
