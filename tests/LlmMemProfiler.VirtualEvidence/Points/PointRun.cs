using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.VirtualGpu;

namespace LlmMemProfiler.VirtualEvidence.Points;

/// <summary>Runs a process's points, and compares each with its prediction.</summary>
internal static class PointRun
{
    public const string Cpu = "cpu";

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
            var result = Of(point, gpu, library, number, place, process.Gpus.Gpu.Name);
            yield return result with { Settings = process.Settings, Command = PointCommand.Of(process, point, libtorch) };
        }
    }

    /// <summary>Points on the CPU, one after the other, by the program's own libtorch.</summary>
    public static IEnumerable<PointResult> OnCpu(IReadOnlyList<DrawnPoint> points, int number)
    {
        using var opened = OpenedDevice.Open(Cpu, libtorch: null, allowBusy: true);
        foreach (var (place, point) in points.Index())
            yield return Of(point, opened.Device, opened.Library, number, place, Cpu);
    }

    private static PointResult Of(DrawnPoint point, ComputeDevice device, LibTorchLibrary library, int number, int place, string name)
    {
        var record = MeasuredRun.Execute(new(point.Model, point.Workload, Seed: 1), device, library, _ => { }, CancellationToken.None);
        var predicted = record.Estimates.Single(e => e.Estimator == SimulatedEstimator.Name);
        var (isTrace, isAllocated, isReserved) = (
            IsTraceEqual(record, predicted), record.Measured.AllocatedPeak == predicted.AllocatedPeak, record.Measured.ReservedPeak == predicted.ReservedPeak);
        return new(
            number, place, library.Version ?? "", library.CudaVersion ?? "", StandIn.Version, name, point.Model.Name, [], record.Status, isTrace,
            isTrace || record.Trace?.TensorDifferences == 0, isAllocated, isReserved, record.Events.Count ?? 0,
            isTrace && isAllocated && isReserved ? null : Difference(record, predicted), "");
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
