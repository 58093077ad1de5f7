using System.CommandLine;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Reports.Figures;
using LlmMemProfiler.Reports.Traces;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem replay</c>: replays a recorded trace through CUDA's caching allocator, without a device.</summary>
internal static class ReplayCommand
{
    private const string Reserved = "reserved", Allocated = "allocated";

    public static Command Create()
    {
        var trace = new Argument<string>("TRACE") { Description = "File written by 'llmmem run --trace FILE'" };
        var predicted = new Option<bool>("--predicted") { Description = "Replay the predicted stream instead of the measured one" };
        var target = new Option<string?>("--target")
        {
            Description = $"GPU whose memory limits the segments: {TargetNames.Description} [default: none]",
            HelpName = "NAME",
        };
        var expandable = new Option<bool>("--expandable") { Description = "Simulate expandable_segments:True" };
        var at = ChoiceOption.Create("--at", "Peak to draw", Reserved, [Reserved, Allocated]);
        var output = new Option<string?>("--out") { Description = "Folder for a picture of the segments (PNG and SVG)", HelpName = "DIR" };
        var json = JsonOption.Create();
        var command = new Command("replay", "Replay a recorded trace through CUDA's caching allocator: blocks, segments, rounding, and slack, by phase and part")
        {
            trace, predicted, target, expandable, at, output, json,
        };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(trace);
            var stream = parsed.GetValue(predicted) ? TraceProcess.Predicted : TraceProcess.Measured;
            var gpu = parsed.GetValue(target) is { } named ? Targets.NameOf(named) : null;
            var settings = Settings(gpu) is var known && parsed.GetValue(expandable) ? known with { ExpandableSegments = true } : known;
            var (events, name) = (0L, "");
            var replay = Replay.Of(sink => (events, name) = TraceReader.Read(path, stream, sink), settings);
            var record = Record(replay, path, name, gpu, events);
            if (parsed.GetValue(output) is { } folder)
            {
                var isReserved = parsed.GetRequiredValue(at) == Reserved;
                var moment = isReserved ? replay.Allocator.ReservedPeak : replay.Allocator.AllocatedPeak;
                var picture = SegmentMapPicture.Of(replay.MapAt(moment), moment, isReserved, $"{Path.GetFileName(path)}, {record.Stream}");
                record = record with { Picture = PictureFiles.Write(folder, $"segments-{parsed.GetValue(at)}", picture.Png(), picture.Svg()) };
            }
            var isJson = parsed.GetValue(json);
            if (isJson)
                JsonOption.Print(parsed.InvocationConfiguration.Output, record);
            else
                ReplaySummary.Show(record);
            var written = new Written(isJson);
            if (record.Picture is { } file)
                written.Show(("picture", file));
            else
                written.ShowUnkept("picture", "--out DIR draws the segments");
            return ExitCode.Done;
        });
        return command.WithExamples(
            "replay trace.json",
            "replay trace.json.gz --target h100 --expandable --out replayed",
            "replay trace.json --predicted --json");
    }

    /// <summary>The environment's settings, with a GPU's memory as capacity if known.</summary>
    private static AllocatorSettings Settings(string? target)
    {
        var gpu = target is null ? null : Targets.GpuOf(target)
            ?? throw new InputException($"--target '{target}' has no caching allocator; must be a GPU");
        var options = AllocatorOptions.Read(Environment.GetEnvironmentVariable, LibTorchCuda.TorchSharp.Release);
        var (settings, reason) = SimulatedOptions.Of(options, LibTorchCuda.TorchSharp.Release, gpu?.Total);
        return settings is null
            ? throw new InputException(
                $"{AllocatorOptions.Find(Environment.GetEnvironmentVariable).Variable}: {reason}; use --target NAME of a GPU whose memory is known, or unset the option")
            : settings with { Capacity = gpu?.Total };
    }

    private static ReplayRecord Record(Replay replay, string path, string stream, string? target, long events)
    {
        var allocator = replay.Allocator;
        return new()
        {
            Trace = path,
            Stream = stream,
            Target = target,
            Capacity = allocator.Settings.Capacity,
            CapacitySource = target is null ? null : Targets.GpuOf(target)?.Capacity.Lowest?.Source,
            ExpandableSegments = allocator.Settings.ExpandableSegments,
            Events = events,
            Segments = allocator.Map().Segments.Count,
            Retries = allocator.Retries,
            OutOfMemory = allocator.OutOfMemory?.ToString(),
            Phases = [.. allocator.Steps.GroupBy(s => s.Phase).Select(phase => ReplayPhase.Of([.. phase]))],
            AllocatedPeak = ReplayMoment.Of(allocator.AllocatedPeak),
            ReservedPeak = ReplayMoment.Of(allocator.ReservedPeak),
            Unknown = [.. Unknown(replay, target)],
        };
    }

    private static IEnumerable<string> Unknown(Replay replay, string? target)
    {
        if (!replay.KnowsRequests)
            yield return "requested sizes: the trace has only block sizes, replayed as if requested; their rounding is not visible";
        if (replay.Allocator.SegmentsInUse is > 0 and var kept)
            yield return $"{kept} segment_free of the trace: no free segment of that size was cached here, so nothing was released";
        if (target is not null && replay.Allocator.Settings.Capacity is null)
            yield return $"memory of {target}: not measured yet; segments are unlimited";
        yield return "scratch on another device: the trace has the scratch of the device it was recorded on; 'llmmem estimate --target' simulates a GPU's";
    }
}
