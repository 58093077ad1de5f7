using System.Globalization;
using LlmMemProfiler.VirtualEvidence.Points;

namespace LlmMemProfiler.VirtualEvidence.Calls;

/// <summary>What libtorch calls for memory in a process's first point and to empty its cache then, for a test that replays it without libtorch.</summary>
internal static class RecordedRun
{
    public static IEnumerable<string> Lines(PointProcess process, string libtorch)
    {
        var alone = process with { Gpus = process.Gpus with { Count = 1 }, Points = [process.Points[0]] };
        var result = PointRun.Of(alone, 0, libtorch, MemoryCalls.Record).Single();
        AllocatorCache.Empty(libtorch);
        MemoryCalls.AskForFree();
        return
        [
            $"# libtorch {result.LibTorch}: {string.Join(' ', process.Variables.Select(v => $"{v.Key}={v.Value}"))} {result.Status}",
            string.Create(CultureInfo.InvariantCulture, $"gpu {result.Gpu} {process.Gpus.Total.Bytes} {process.Context.Bytes}"),
            .. MemoryCalls.Lines,
        ];
    }
}
