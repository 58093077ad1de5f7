using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Shows a validation: totals, parts, the gate with the worst points, and drift.</summary>
internal static class ValidationSummary
{
    public static void Show(ValidationRecord record)
    {
        if (record.Device is { } kind)
        {
            Line($"of a {kind.Name()} GPU: {record.Read} records, {record.Skipped} bad lines skipped; there is no device total to compare");
            ShowTraces(record, kind);
            return;
        }
        Line($"{record.Read} records, {record.LeftOut} excluded (not ok or no device peak), {record.Skipped} bad lines skipped" +
            (record.HeldOutOnly ? "; the profile was fitted to these results, so only held-out points count" : ""));
        Line($"Device total, predicted against measured{(record.Profile is { } name ? $", with and without {name}" : "")}:");
        Terminal.Out.Write(Errors(record));
        Line("");
        Line("By part, predicted − measured (median and max of absolute values):");
        Terminal.Out.Write(Parts(record));
        ShowTraces(record, observed: null);
        if (record.Gate is { } gate)
            Show(gate, record);
        if (record.Drift is { } drift)
            Show(drift);
    }

    private static void ShowTraces(ValidationRecord record, DeviceKind? observed)
    {
        if (record.Traces is { } traces)
            TraceSummary.Show(traces, record.TraceGate, (observed ?? DeviceKind.Cpu).Observed());
    }

    internal static ConsoleTable Errors(ValidationRecord record)
    {
        var table = new ErrorTable();
        foreach (var e in record.Estimators)
            table.Add(e.Estimator, e.Before, e.After);
        return table.Build();
    }

    internal static ConsoleTable Parts(ValidationRecord record)
    {
        var table = new ConsoleTable().Label("estimator").Label("part").Number("points", rank: 3).Number("mean", rank: 2).Number("median", rank: 1).Number("max");
        foreach (var e in record.Estimators)
        {
            foreach (var p in e.Parts)
                table.Row(e.Estimator, p.Part, $"{p.Count}", $"{p.Mean}", $"{p.Median}", $"{p.Maximum}");
        }
        return table;
    }

    private static void Show(GateVerdict gate, ValidationRecord record)
    {
        Line("");
        Line(gate.Passed ? $"Gate passed: {gate.Estimator}." : $"Gate FAILED: {gate.Estimator}: {string.Join("; ", gate.Failures)}. The worst points:");
        if (gate.Passed)
            return;
        foreach (var worst in record.Estimators.Where(e => e.Estimator == gate.Estimator).SelectMany(e => e.Worst))
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"{worst.PointId} {worst.Title}: {worst.Percent:+0.00;-0.00} %"));
            Terminal.Out.Write(new PartTable().Add("predicted", worst.PredictedParts).Add("measured", worst.MeasuredParts).Build("total"));
        }
    }

    private static void Show(DriftRecord drift)
    {
        Line("");
        Line($"From {drift.Then} to {drift.Now}: {(drift.Versions.Count == 0 ? "no version changes" : string.Join("; ", drift.Versions))}");
        Terminal.Out.Write(Constants(drift));
        if (drift.Failed is { } failed)
        {
            Line(failed.Count == 0
                ? $"Drift gate passed: no constant moved by more than {drift.Limit}."
                : $"Drift gate FAILED: moved by more than {drift.Limit}: {string.Join(", ", drift.Constants.Where(c => failed.Contains(c.Constant)).Select(Named))}.");
        }
    }

    internal static ConsoleTable Constants(DriftRecord drift)
    {
        var table = new ConsoleTable().Label("constant").Number("then", rank: 3).Number("now", rank: 2).Number("change").Number("%", rank: 1).Number("");
        foreach (var c in drift.Constants)
        {
            var percent = c.MovedByPercent()?.ToString("+0.0;-0.0;0", CultureInfo.InvariantCulture) ?? "–";
            table.Row(c.Constant, Value(c.Then, c.Unit), Value(c.Now, c.Unit), Value(c.MovedBy(), c.Unit), percent, c.Moved ? "moved" : "");
        }
        return table;
    }

    private static string Named(ConstantDrift c) => $"{c.Constant} ({(c.Then is null ? "new" : c.Now is null ? "gone" : $"{(c.Bytes < 0 ? "" : "+")}{new ByteSize((long)c.Bytes)}")})";

    private static string Value(double? value, string unit) => value is not { } known ? "–"
        : unit == "bytes" ? new ByteSize((long)known).ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{known:#,0.####} {unit.Replace("bytes", "B", StringComparison.Ordinal)}");

    private static void Line(string text) => Terminal.Out.WriteLine(text);
}
