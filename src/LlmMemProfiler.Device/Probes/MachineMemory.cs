using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>The machine's memory, and how much of it is still available to this process; null if unknown.</summary>
/// <param name="Total">All memory, or this process's control group's limit if lower.</param>
/// <param name="Available">Free or reclaimable, within that limit.</param>
public sealed record MachineMemory(ByteSize? Total, ByteSize? Available)
{
    /// <summary>Reads <c>/proc/meminfo</c> and the files of the <see cref="MemoryGroup"/>.</summary>
    /// <param name="root">A root other than '/', for tests.</param>
    public static MachineMemory Read(string root = "/")
    {
        var meminfo = ProcFile.Read(Path.Combine(root, "proc/meminfo")) ?? "";
        var group = new MemoryGroup(root);
        return new(
            Lower(ProcFile.KibibytesOf(meminfo, "MemTotal"), group.Limit),
            Lower(ProcFile.KibibytesOf(meminfo, "MemAvailable"), group.Available));
    }

    private static ByteSize? Lower(ByteSize? a, ByteSize? b) => a is null || b < a ? b : a;
}
