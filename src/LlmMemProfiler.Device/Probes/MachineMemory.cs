using System.Globalization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>The machine's memory, and how much of it is still available to this process; null if unknown.</summary>
/// <param name="Total">All memory, or the cgroup's limit if lower.</param>
/// <param name="Available">Free or reclaimable, within the cgroup's limit.</param>
public sealed record MachineMemory(ByteSize? Total, ByteSize? Available)
{
    /// <summary>Reads <c>/proc/meminfo</c> and the cgroup's files (cgroups(7), version 2, else version 1).</summary>
    /// <param name="root">A root other than '/', for tests.</param>
    public static MachineMemory Read(string root = "/")
    {
        var meminfo = TextOf(Path.Combine(root, "proc/meminfo")) ?? "";
        var total = ProcFile.KibibytesOf(meminfo, "MemTotal");
        var available = ProcFile.KibibytesOf(meminfo, "MemAvailable");
        var limit = BytesOf("sys/fs/cgroup/memory.max") ?? BytesOf("sys/fs/cgroup/memory/memory.limit_in_bytes");
        var used = BytesOf("sys/fs/cgroup/memory.current") ?? BytesOf("sys/fs/cgroup/memory/memory.usage_in_bytes");
        if (limit is { } most && (total is null || most < total))
        {
            total = most;
            if (used is { } taken)
                available = Least(available, ByteSize.Max(most - taken, ByteSize.Zero));
        }
        return new(total, available);

        // 'max', version 2's 'no limit', is not a number and hence null.
        ByteSize? BytesOf(string file) =>
            long.TryParse(TextOf(Path.Combine(root, file))?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                ? new(bytes)
                : null;
    }

    private static ByteSize Least(ByteSize? a, ByteSize b) => a is { } known && known < b ? known : b;

    private static string? TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
