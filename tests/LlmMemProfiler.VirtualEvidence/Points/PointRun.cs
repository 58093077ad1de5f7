using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.VirtualGpu;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>Runs a process's points, and compares each with its prediction.</summary>
internal static class PointRun
{
    /// <summary>Whatever a process runs is named, so that its variables have to be set before libtorch is loaded.</summary>
    public static IEnumerable<PointResult> Of(PointProcess process, int number, string libtorch) => Of(process, number, libtorch, () => { });

    /// <param name="onLoaded">Called before the first point.</param>
    /// <inheritdoc cref="Of(PointProcess, int, string)"/>
    public static IEnumerable<PointResult> Of(PointProcess process, int number, string libtorch, Action onLoaded)
    {
        foreach (var (name, value) in process.Variables)
            ProcessEnvironment.Set(name, value);
        var device = $"virtual:{process.Gpus}";
        using var opened = OpenedDevice.Open(device, libtorch, allowBusy: false, process.Context);
        onLoaded();
        for (var place = 0; place < process.Points.Count; place++)
        {
            var (point, library) = (process.Points[place], opened.Library);
            using var gpu = ComputeDevice.OfVirtual(DeviceChoice.Parse(device), library, opened.Device.Virtual!, place);
            var record = MeasuredRun.Execute(new(point.Model, point.Workload, Seed: 1), gpu, library, _ => { }, CancellationToken.None);
            var predicted = record.Estimates.Single(e => e.Estimator == SimulatedEstimator.Name);
            var (isTrace, isAllocated, isReserved) = (
                IsTraceEqual(record, predicted), record.Measured.AllocatedPeak == predicted.AllocatedPeak, record.Measured.ReservedPeak == predicted.ReservedPeak);
            yield return new(
                number, place, library.Version ?? "", library.CudaVersion ?? "", StandIn.Version, process.Gpus.Gpu.Name, process.Settings, record.Status,
                isTrace, isAllocated, isReserved, record.Events.Count ?? 0, isTrace && isAllocated && isReserved ? null : Difference(record, predicted),
                PointCommand.Of(process, point, libtorch));
        }
    }

    /// <summary>Out of memory comes at the operation, and with the sizes, of the prediction; only what is freed on the way out was not predicted.</summary>
    private static bool IsTraceEqual(RunRecord record, MemoryEstimate predicted) => record switch
    {
        { Status: RunStatus.Ok, Trace.Differences: 0 } => predicted.OutOfMemory is null,
        { Status: RunStatus.Oom, OutOfMemory: { } moment, Trace: { } trace } =>
            predicted.OutOfMemory?.StartsWith($"out of memory in {moment.At}: ", StringComparison.Ordinal) == true
            && predicted.OutOfMemory.EndsWith($"; {moment.Reserved} reserved, {moment.Allocated} of it allocated", StringComparison.Ordinal)
            && trace.First.Count == trace.Differences && trace.First.All(IsUnwinding),
        _ => false,
    };

    private static bool IsUnwinding(TraceDifference difference)
    {
        var (expected, seen) = (difference.ExpectedBytes, difference.SeenBytes);
        return seen.Take(expected.Count).SequenceEqual(expected) && seen.Skip(expected.Count).All(bytes => bytes < 0);
    }

    private static string Difference(RunRecord record, MemoryEstimate predicted) =>
        $"{record.Status}: {record.Error}; allocated {record.Measured.AllocatedPeak?.Bytes}, predicted {predicted.AllocatedPeak?.Bytes}; " +
        $"reserved {record.Measured.ReservedPeak?.Bytes}, predicted {predicted.ReservedPeak?.Bytes}; out of memory {record.OutOfMemory}, predicted {predicted.OutOfMemory}; " +
        $"{record.Trace?.Differences} operations differ: {string.Join("; ", record.Trace?.First.Take(3).Select(d => d.ToString()) ?? [])}";
}
