using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Shows a measured run: predicted and measured by part, then the account of the whole process.</summary>
internal static class RunSummary
{
    /// <param name="record">The run.</param>
    /// <param name="profile">A profile for its device; null for none.</param>
    public static void Show(RunRecord record, HardwareProfile? profile)
    {
        var measured = record.Measured;
        Line(Title(record.Model, record.Workload));
        Line($"on {record.Device.Name} ({record.Device.Kind.Name()}), libtorch {record.Host.Libtorch}, {record.Host.Threads} threads");
        if (record.Device.Kind == DeviceKind.Virtual)
            Line("a GPU that is not there: libtorch's own code ran, its kernels did not; allocations are real, and there are no times, no tokens and no device total");
        if (record.Weights is { } weights)
            Line($"weights: {(weights.Size is { } size ? $"{Files(weights)}, {size}" : $"random, seed {record.Seed}")}");
        if (record.Text is { } text)
            Line($"prompt: a text{(text.ChatTemplate is { } file ? $" by the chat template in {file}" : "")}, {record.Workload.Prompt} tokens{(record.Workload.Batch > 1 ? ", the same for each sequence" : "")}");
        foreach (var remark in record.Remarks ?? [])
            Line($"note: {remark}");
        if (record.Status != RunStatus.Ok)
            Line($"status: {record.Status.ToString().ToLowerInvariant()} ({record.Error}); results below are up to that point");

        if (record.DeviceError is { Call: not null } error)
            Line($"the device's own error: {error}");
        if (record.OutOfMemory is { } moment)
            Line($"out of memory in {moment.At}: requested {moment.Requested} more, with {moment.Allocated} allocated and {moment.Reserved} reserved");

        if (measured.TensorPeak is not null)
        {
            Line("");
            Line($"Tensor peak, in {measured.TensorPeakAt}:");
            Terminal.Out.Write(Tensors(record));
            foreach (var estimate in record.Estimates.Where(e => e.TensorPeak is not null))
            {
                Line($"{estimate.Estimator,-10} {(Quantity.TensorPeak.CountsAlike(measured, estimate)
                    ? Difference(estimate.TensorPeak!.Value, measured.TensorPeak.Value)
                    : $"not compared: it counts requests, {(record.Device.Kind == DeviceKind.Virtual ? "libtorch" : "the measurement")} counts the allocator's blocks")}");
            }
            foreach (var estimate in record.Estimates.Where(e => e.AllocatedPeak is not null))
                Line($"{estimate.Estimator}, kernels' scratch included: {estimate.AllocatedPeak!.Value.ToExactString()}, {Difference(estimate.AllocatedPeak.Value, measured.AllocatedPeak!.Value)}");
        }

        foreach (var line in record.QuantizedCache is { } cache ? QuantizedCacheLines.Of(cache, record.Workload) : [])
            Line(line);
        if (record.Trace is { } trace)
            Lines(trace);

        Line("");
        Line($"{(record.Device.Kind == DeviceKind.Virtual ? "What libtorch took of it" : "The whole process")}, at its peak{(measured.AllocatedPeakAt is { } at ? $" (allocated peak in {at})" : "")}:");
        Terminal.Out.Write(Process(record));
        if (record is { Status: RunStatus.Ok, Device.Kind: DeviceKind.Virtual })
            Line(OnCard(record, profile));
        if (measured.File is { } files)
            Line($"pages of files, such as libtorch's: {files}, in none of these; the system takes them away at will");
        if (measured.DeviceWithoutProfiler is { } device)
        {
            foreach (var estimate in record.Estimates.Where(e => e.Parts[Part.Overhead] is not null))
                Line($"{estimate.Estimator} total {estimate.Total} against {device}{(measured.Parts[Part.Profiler] is null ? "" : " without the profiler")}: {Difference(estimate.Total, device)}");
        }
        if (profile is not null && record.Device.Kind != DeviceKind.Virtual)
            Lines(record, profile);
        if (record.Cuda is { } gpu)
            Lines(gpu);
        foreach (var unknown in measured.Unknown)
            Line($"unknown: {unknown}");
        // An allocator that is not simulated has no predicted levels, and the reason is among what the prediction does not cover.
        if (record.Device.Kind.IsGpu() && record.Estimates is [.., { AllocatedPeak: null } prediction])
        {
            foreach (var unknown in prediction.Unknown)
                Line($"unknown to the {prediction.Estimator} estimate: {unknown}");
        }

        Line("");
        Line(Speed(record));
        if (Disturbance(record) is { } disturbance)
            Line(disturbance);
        foreach (var sequence in record.Generated.Take(1).Where(s => s.Count > 0))
            Line($"tokens: {string.Join(' ', sequence.Take(16))}{(sequence.Count > 16 ? " …" : "")}");
    }

    public static string Title(ModelFacts model, WorkloadFacts workload) =>
        PointTitle.Long(string.Create(CultureInfo.InvariantCulture, $"{model.Name}: {model.Parameters:N0} parameters"), workload);

    private static string Files(WeightsFacts weights) =>
        weights.Files.Count == 1 ? weights.Files[0] : string.Create(CultureInfo.InvariantCulture, $"{weights.Files.Count} files");

    private static void Lines(TraceFacts trace)
    {
        Line(trace.Differences == 0
            ? string.Create(CultureInfo.InvariantCulture, $"trace: all {trace.MeasuredEvents:N0} allocations and frees match the prediction in size and order, kernels' scratch included")
            : string.Create(CultureInfo.InvariantCulture, $"trace: {trace.EqualEvents:N0} of {trace.MeasuredEvents:N0} allocations and frees match; {trace.Differences:N0} of {trace.Operations:N0} operations differ, {trace.TensorDifferences:N0} of them in tensors"));
        if (trace.Unwinding is { } unwinding)
            Line(string.Create(CultureInfo.InvariantCulture, $"on the way out: {unwinding.Frees:N0} frees of {unwinding.Size}, which nobody predicts"));
        foreach (var difference in trace.First.Take(5))
            Line($"  {difference}");
        if (trace.First.Count > 5)
            Line($"  … and {trace.First.Count - 5} more in the record");
    }

    /// <summary>The device total of such a card, whose context and modules nobody saw here.</summary>
    private static string OnCard(RunRecord record, HardwareProfile? profile) => (record.Measured.ReservedPeak, CardOverhead.Of(record, profile)) is ({ } reserved, { } besides)
        ? $"on such a card {besides.TotalWith(reserved)} of {record.Device.Total}, with {besides.Source}; not seen here"
        : "on such a card context and modules come on top: neither a profile nor profiles/overheads.tsv has them";

    /// <summary>What the profile predicts for the whole process.</summary>
    private static void Lines(RunRecord record, HardwareProfile profile)
    {
        foreach (var warning in ProfileApplication.Warnings(profile, record.Model, record.Workload, HardwareKey.Of(record)))
            Line($"note: {warning}");
        if (record.Measured.DeviceWithoutProfiler is not { } device)
            return;
        foreach (var estimate in record.Estimates.Select(e => profile.Apply(e, record.Model, record.Workload)))
        {
            var interval = estimate is { Low: { } low, High: { } high }
                ? $"; {(device >= low && device <= high ? "inside" : "outside")} {low} to {high} ({estimate.Interval})"
                : "";
            Line($"{estimate.Estimator} with profile {profile.Name}: {estimate.Total} against {device}: {Difference(estimate.Total, device)}{interval}");
        }
    }

    private static void Lines(CudaFacts gpu)
    {
        if (gpu.Virtual is { } made)
        {
            Line($"{(gpu.Attention.Count > 0 ? $"attention: {string.Join(" and ", gpu.Attention)}; " : "")}context: {(made.Context.Bytes > 0 ? $"{made.Context}, as told" : "none, since none was told")}");
            return;
        }
        var attention = gpu.Attention.Count > 0 ? $"attention: {string.Join(" and ", gpu.Attention)}; " : "";
        Line($"{attention}module loading: {gpu.ModuleLoading ?? "unknown"}; driver reserve: {Shown(gpu.DriverReserve)}");
        foreach (var level in gpu.Levels)
            Line($"  {level.At,-12} {Shown(level.Driver)} in use (driver), {Shown(level.Nvml)} (NVML); this process: {Shown(level.Process)}, {Shown(level.Reserved)} of it reserved");
        if (gpu.Others is { } others)
            Line($"other processes on this GPU: {others.Processes}, using {Shown(others.Used)} at the start; subtracted from the total");
    }

    private static string Shown(ByteSize? size) => size?.ToString() ?? "unknown";

    internal static ConsoleTable Process(RunRecord record) =>
        new PartTable().Add(record.Device.Kind.Observed(), record.Measured.Parts).AddExact("bytes", record.Measured.Parts).Build($"{record.Device.Kind.Name()} total");

    internal static ConsoleTable Tensors(RunRecord record)
    {
        var table = new PartTable();
        foreach (var estimate in record.Estimates)
            table.Add(Quantity.TensorPeak.CountsAlike(record.Measured, estimate) ? estimate.Estimator : $"{estimate.Estimator} (requested)", estimate.TensorParts);
        return table.Add(record.Device.Kind.Observed(), record.Measured.TensorParts).AddExact("bytes", record.Measured.TensorParts).Build("tensor peak");
    }

    private static string Difference(ByteSize predicted, ByteSize measured)
    {
        var bytes = (predicted - measured).Bytes;
        return bytes == 0 ? "exact"
            : measured.Bytes == 0 ? string.Create(CultureInfo.InvariantCulture, $"{bytes:+#,0;-#,0} B")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes:+#,0;-#,0} B ({100.0 * bytes / measured.Bytes:+0.###;-0.###} %)");
    }

    /// <summary>Null where the measurement had the machine to itself.</summary>
    private static string? Disturbance(RunRecord record) => record.Activity?.Disturbance is { } disturbance
        ? $"busy machine: {disturbance}; times are not to be relied on"
        : null;

    private static string Speed(RunRecord record)
    {
        var timing = record.Timing;
        var parts = new List<string>();
        if (timing.LoadSeconds is { } load)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"loaded in {load:F2} s"));
        if (timing.PrefillSeconds is { } prefill)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"prefill in {prefill:F2} s"));
        if (timing.DecodeTokensPerSecond is { } speed)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"decode at {speed:F1} tokens/s"));
        parts.Add(record.Events.Count is { } events
            ? string.Create(CultureInfo.InvariantCulture, $"{events:N0} allocations and frees seen")
            : "no allocations seen");
        if (record.Events.LateFrees > 0)
            parts.Add($"{record.Events.LateFrees} late frees");
        return string.Join(", ", parts);
    }

    private static void Line(string text) => Terminal.Out.WriteLine(text);
}
