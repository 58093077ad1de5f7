using System.Buffers.Binary;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// Entries written by nvmlDeviceGetComputeRunningProcesses: uint pid, ulong usedGpuMemory, uint gpuInstanceId, uint
/// computeInstanceId, 24 bytes; some drivers of the 535 branch write 8 more, usedGpuCcProtectedMemory, under the same name.
/// </summary>
/// <remarks>
/// nvml.h, <c>nvmlProcessInfo_v2_t</c>, and <c>nvmlProcessInfo_t</c> of CUDA 12.2. The driver does not report which it wrote, but leaves
/// the bytes after its last entry untouched.
/// </remarks>
internal static class ProcessEntries
{
    public const int WideSize = 32;

    /// <summary>Fills the buffer before the call.</summary>
    public const byte Untouched = 0xA5;

    private const int Size = 24;
    private const ulong NotAvailable = ulong.MaxValue;

    /// <param name="buffer">At least <paramref name="count"/> wide entries long.</param>
    /// <param name="count">Number of entries written.</param>
    public static IReadOnlyList<NvmlProcess> Read(ReadOnlySpan<byte> buffer, int count)
    {
        var size = buffer[(count * Size)..(count * WideSize)].ContainsAnyExcept(Untouched) ? WideSize : Size;
        var processes = new List<NvmlProcess>(count);
        for (var i = 0; i < count; i++)
        {
            var entry = buffer.Slice(i * size, size);
            var used = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
            processes.Add(new(BinaryPrimitives.ReadUInt32LittleEndian(entry), used == NotAvailable ? null : new(checked((long)used))));
        }
        return processes;
    }
}
