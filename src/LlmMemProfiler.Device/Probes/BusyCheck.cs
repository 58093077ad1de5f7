using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Probes;

/// <summary>Whether other processes use a GPU, checked before this process creates its context there.</summary>
internal static class BusyCheck
{
    /// <summary>More than an idle GPU's few MiB, less than the smallest context.</summary>
    private static readonly ByteSize Idle = new(64 * ByteSize.MiB);

    /// <summary>A process that just exited, such as the previous worker, is still listed for a moment.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Other processes' usage, if allowed; null if there is none or it is unknown.</summary>
    /// <exception cref="DeviceException">Other processes use the GPU, which is not allowed.</exception>
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
                throw new DeviceException($"cuda:{gpu.Index} ({gpu.Name}): {Describe(others, ids)}; a measurement needs an idle GPU: wait, choose another one, or pass --allow-busy (noted in the record)");
            Thread.Sleep(100);
        }
    }

    private static (OtherUse, IReadOnlyList<uint>)? FindOthers(NvmlGpu? nvml)
    {
        var ids = (nvml?.Processes ?? []).Select(p => p.Id).Where(id => id != Environment.ProcessId).ToList();
        // If the reserve is not reported separately, 'used' includes it and says nothing about other processes.
        ByteSize? used = nvml?.Memory is { Reserved: not null } memory ? memory.Used : null;
        return ids.Count > 0 || used > Idle ? (new(ids.Count, used), ids) : null;
    }

    private static string Describe(OtherUse others, IReadOnlyList<uint> ids) => others.Processes > 0
        ? $"in use by {others.Processes} other process(es) (ids {string.Join(", ", ids.Take(5))}{(ids.Count > 5 ? ", …" : "")})"
        : $"{others.Used} in use by processes not visible from here";
}
