using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>Whether others use a GPU, looked at before this process makes its context there.</summary>
internal static class BusyCheck
{
    /// <summary>More than an idle GPU shows, which is some MiB; less than the smallest context.</summary>
    private static readonly ByteSize Idle = new(64 * ByteSize.MiB);

    /// <summary>A process that has just ended, such as the worker before, is still shown for a moment.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Who is there, where that is permitted; null where nobody is, or nobody can tell.</summary>
    /// <exception cref="DeviceException">Others are there, and that is not permitted.</exception>
    public static OtherUse? Run(CudaGpu gpu, NvmlGpu? nvml, bool allowBusy)
    {
        var since = Environment.TickCount64;
        while (true)
        {
            if (FindOthers(nvml) is not (var others, var ids))
                return null;
            if (allowBusy)
                return others;
            if (Environment.TickCount64 - since > Timeout.TotalMilliseconds)
                throw new DeviceException($"cuda:{gpu.Index} ({gpu.Name}): {Describe(others, ids)}; a measurement needs it alone: wait, name another GPU, or give --allow-busy, which the record then carries");
            Thread.Sleep(100);
        }
    }

    private static (OtherUse, IReadOnlyList<uint>)? FindOthers(NvmlGpu? nvml)
    {
        var ids = (nvml?.Processes ?? []).Select(p => p.Id).Where(id => id != Environment.ProcessId).ToList();
        // Without the reserve told apart, 'used' holds it too and says nothing of others.
        ByteSize? used = nvml?.Memory is { Reserved: not null } memory ? memory.Used : null;
        return ids.Count > 0 || used > Idle ? (new(ids.Count, used), ids) : null;
    }

    private static string Describe(OtherUse others, IReadOnlyList<uint> ids) => others.Processes > 0
        ? $"{others.Processes} other process(es) use it (ids {string.Join(", ", ids.Take(5))}{(ids.Count > 5 ? ", …" : "")})"
        : $"{others.Used} are in use by processes that cannot be seen from here";
}
