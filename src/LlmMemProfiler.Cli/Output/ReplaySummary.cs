using System.Globalization;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Shows a replay: levels by phase, then both peaks by part.</summary>
internal static class ReplaySummary
{
    public static void Show(ReplayRecord record)
    {
        var device = record.Target is { } target ? $" on {target}{(record.Capacity is { } capacity ? $", {capacity} ({record.CapacitySource})" : "")}" : "";
        Line($"{record.Trace}, {record.Stream}: {record.Events:N0} allocations and frees through CUDA's caching allocator{device}{(record.ExpandableSegments ? ", expandable segments" : "")}");
        if (record.OutOfMemory is { } refusal)
            Line($"{refusal}; results below are up to that point");
        Line($"");
        Line($"Peak of each level, and level at the end, by phase:");
        Terminal.Out.Write(Levels(record.Phases));
        Line($"{record.Segments:N0} segments reserved at the end{(record.Retries > 0 ? $", after {record.Retries} retries" : "")}");
        Line($"");
        Line($"At the allocated peak ({record.AllocatedPeak.At}) and at the reserved peak ({record.ReservedPeak.At}):");
        Terminal.Out.Write(Peaks(record));
        foreach (var unknown in record.Unknown)
            Line($"unknown: {unknown}");
    }

    internal static ConsoleTable Levels(IReadOnlyList<ReplayPhase> phases)
    {
        // Rounding and slack are what lies between the levels beside them.
        var table = new ConsoleTable().Label("phase").Label("")
            .Number("requested", rank: 2).Number("rounding", rank: 4).Number("allocated", rank: 1).Number("slack", rank: 3)
            .Number("reserved").Number("bytes", rank: 5, name: "reserved in bytes");
        foreach (var phase in phases)
        {
            table.Row([phase.Phase.Name(), "peak", .. Cells(phase.Peak)]);
            table.Row(["", "end", .. Cells(phase.AtEnd)]);
        }
        return table;
    }

    internal static ConsoleTable Peaks(ReplayRecord record) => new PartTable()
        .Add("allocated peak", record.AllocatedPeak.Parts).AddExact("bytes", record.AllocatedPeak.Parts)
        .Add("reserved peak", record.ReservedPeak.Parts).AddExact("bytes", record.ReservedPeak.Parts)
        .Build("reserved");

    private static IEnumerable<string> Cells(ReplayLevels l) =>
        ((ByteSize[])[l.Requested, l.Rounding, l.Allocated, l.Slack, l.Reserved]).Select(size => size.ToString()).Append(l.Reserved.ToExactString());

    private static void Line(FormattableString text) => Terminal.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
