namespace LlmMemProfiler.Device.Probes;

/// <summary>The kernel's count of processes that it killed because memory ran out.</summary>
public static class OomKills
{
    /// <summary>Those of this process's control group, else of the whole machine (<c>/proc/vmstat</c>), since they began; null if unknown.</summary>
    public static long? Count() => new MemoryGroup().OomKills ?? ProcFile.CountOf(ProcFile.Read("/proc/vmstat") ?? "", "oom_kill");
}
