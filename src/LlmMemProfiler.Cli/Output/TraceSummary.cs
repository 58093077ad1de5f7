using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Shows predicted against measured traces: how many points agree, the gate, and the points that differ.</summary>
internal static class TraceSummary
{
    /// <param name="traces">How many agree.</param>
    /// <param name="gate">The verdict; null if none was asked for.</param>
    /// <param name="observed">The word for what was seen.</param>
    public static void Show(TraceValidation traces, GateVerdict? gate, string observed)
    {
        var all = traces.Overall;
        Line($"");
        Line($"Traces, predicted against {observed}: {all.Equal} of {all.Points} points match, {all.TensorsEqual} in tensors; {all.EqualEvents:N0} of {all.Events:N0} allocations and frees match");
        if (all.Compared < all.Points)
            Line($"{all.Points - all.Compared} points have no trace: not ok, or their allocations were not observed");
        Terminal.Out.Write(Kinds(traces.Kinds));
        if (gate is not null)
            Terminal.Out.WriteLine(gate.Passed ? "Trace gate passed." : $"Trace gate FAILED: {string.Join("; ", gate.Failures)}.");
        foreach (var worst in traces.Worst)
        {
            Line($"{worst.PointId} {worst.Title}: {worst.Differences:N0} operations differ, {worst.TensorDifferences:N0} of them in tensors; allocated peak {Percent(worst.AllocatedErrorPercent, "+0.000;-0.000;0")}");
            if (worst.First is { } first)
                Terminal.Out.WriteLine($"  {first}");
        }
    }

    internal static ConsoleTable Kinds(IReadOnlyList<TraceAgreement> kinds)
    {
        var table = new ConsoleTable().Label("model").Label("type")
            .Number("points", rank: 1).Number("tensors", rank: 3).Number("full", rank: 2).Number("events", rank: 5).Number("matched", rank: 4).Number("peak error");
        foreach (var kind in kinds)
        {
            table.Row(
                kind.Model ?? "", kind.Dtype?.Name() ?? "", Number(kind.Points), Number(kind.TensorsEqual), Number(kind.Equal), Number(kind.Events),
                Number(kind.EqualEvents), Percent(kind.AllocatedErrorPercent, "0.000;0.000;0"));
        }
        return table;
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double? percent, string format) =>
        percent is { } known ? known.ToString(format, CultureInfo.InvariantCulture) + " %" : "–";

    private static void Line(FormattableString text) => Terminal.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
