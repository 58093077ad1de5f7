using System.Diagnostics;
using System.Globalization;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Device.Probes;

/// <summary>
/// How much the processors have worked, and who waited, up to now. Null where the kernel does not say. Sources: proc_stat(5),
/// proc_pid_schedstat(5), <c>Documentation/accounting/psi.rst</c>, <c>admin-guide/cgroup-v2.rst</c>.
/// </summary>
public sealed record MachineCounters
{
    /// <summary>Ticks per second of /proc/stat, on every architecture (USER_HZ).</summary>
    private const double Ticks = 100;

    private long Timestamp { get; init; }

    private double? Load { get; init; }

    /// <summary>Seconds of all processors, idle ones too.</summary>
    private double? All { get; init; }

    private double? Busy { get; init; }

    private double? Stolen { get; init; }

    /// <summary>Seconds of processor time of this process.</summary>
    private double Own { get; init; }

    /// <summary>Seconds for which the calling thread waited for a processor.</summary>
    private double? Waited { get; init; }

    private double? Throttled { get; init; }

    private double? MemoryStalled { get; init; }

    /// <summary>Reads the counters; those of waiting are the calling thread's.</summary>
    /// <param name="root">A root other than '/', for tests.</param>
    public static MachineCounters Read(string root = "/")
    {
        var ticks = Numbers(FirstLine("proc/stat"));
        // user nice system idle iowait irq softirq steal; guests are counted in user and nice.
        var times = ticks is [_, _, _, _, _, _, _, _, ..] ? ticks : null;
        var (idle, stolen) = (times?[3] + times?[4], times?[7]);
        var busy = times?[0] + times?[1] + times?[2] + times?[5] + times?[6];
        return new()
        {
            Timestamp = Stopwatch.GetTimestamp(),
            Load = Numbers(FirstLine("proc/loadavg")) is [var load, ..] ? load : null,
            All = (busy + idle + stolen) / Ticks,
            Busy = busy / Ticks,
            Stolen = stolen / Ticks,
            Own = Environment.CpuUsage.TotalTime.TotalSeconds,
            Waited = Numbers(FirstLine("proc/thread-self/schedstat")) is [_, var waited, ..] ? waited / 1e9 : null,
            Throttled = Throttling(root),
            MemoryStalled = FirstLine("proc/pressure/memory") is { } some && some.LastIndexOf("total=", StringComparison.Ordinal) is > 0 and var at
                && long.TryParse(some[(at + 6)..], NumberStyles.None, CultureInfo.InvariantCulture, out var stalled) ? stalled / 1e6 : null,
        };

        string? FirstLine(string file) => ProcFile.FirstLine(Path.Combine(root, file));
    }

    /// <summary>What went on since an earlier reading, of the same thread.</summary>
    public ActivityWindow Since(MachineCounters before)
    {
        var seconds = Stopwatch.GetElapsedTime(before.Timestamp, Timestamp).TotalSeconds;
        var all = All - before.All;
        return new(
            Math.Round(seconds, 3), Load,
            Share(Busy - before.Busy - (Own - before.Own), all),
            Share(Waited - before.Waited, seconds),
            Share(Stolen - before.Stolen, all),
            Share(Throttled - before.Throttled, seconds),
            Share(MemoryStalled - before.MemoryStalled, seconds));
    }

    /// <summary>Of the group and those around it: one that holds back is not counted by the others.</summary>
    private static double? Throttling(string root)
    {
        var group = ControlGroup.Own(Controller.Cpu, root);
        var (name, unit) = group.IsFirstVersion ? ("throttled_time", 1e9) : ("throttled_usec", 1e6);
        var counts = group.Folders.Select(folder => ProcFile.CountOf(ProcFile.Read(Path.Combine(folder, "cpu.stat")) ?? "", name)).OfType<long>().ToList();
        return counts.Count > 0 ? counts.Sum() / unit : null;
    }

    /// <summary>Counters of different resolution can differ by a tick.</summary>
    private static double? Share(double? part, double? whole) => whole > 0 && part is { } some ? Math.Round(Math.Clamp(some / whole.Value, 0, 1), 4) : null;

    private static double[] Numbers(string? line) =>
        [.. (line ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : (double?)null)
            .OfType<double>()];
}
