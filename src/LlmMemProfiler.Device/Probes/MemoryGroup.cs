using System.Globalization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>What this process's <see cref="ControlGroup"/> says about memory.</summary>
/// <param name="root">A root other than '/', for tests.</param>
internal sealed class MemoryGroup(string root = "/")
{
    private readonly ControlGroup group = ControlGroup.Own(Controller.Memory, root);

    /// <summary>The lowest limit; null without one.</summary>
    public ByteSize? Limit => group.Folders.Select(LimitOf).Min();

    /// <summary>What is left below the tightest limit, counting pages of files that the kernel would drop first; null without a limit.</summary>
    public ByteSize? Available => group.Folders.Select(folder => LimitOf(folder) is { } limit && UsedOf(folder) is { } used
        ? ByteSize.Max(limit - used, ByteSize.Zero)
        : (ByteSize?)null).Min();

    /// <summary>Processes of the group that the kernel has killed because memory ran out, here or in the whole machine; null if it does not say.</summary>
    public long? OomKills => group.Folders is [var own, ..] ? CountOf(own, group.IsFirstVersion ? "memory.oom_control" : "memory.events", "oom_kill") : null;

    private ByteSize? LimitOf(string folder) => BytesOf(folder, group.IsFirstVersion ? "memory.limit_in_bytes" : "memory.max");

    private ByteSize? UsedOf(string folder)
    {
        var all = BytesOf(folder, group.IsFirstVersion ? "memory.usage_in_bytes" : "memory.current");
        var files = CountOf(folder, "memory.stat", group.IsFirstVersion ? "total_inactive_file" : "inactive_file");
        return all is { } bytes ? ByteSize.Max(bytes - new ByteSize(files ?? 0), ByteSize.Zero) : null;
    }

    /// <summary>The number of a file; null for 'max', which stands for no limit.</summary>
    private static ByteSize? BytesOf(string folder, string file) =>
        long.TryParse(ProcFile.Read(Path.Combine(folder, file))?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? new(bytes) : null;

    private static long? CountOf(string folder, string file, string name) => ProcFile.CountOf(ProcFile.Read(Path.Combine(folder, file)) ?? "", name);
}
