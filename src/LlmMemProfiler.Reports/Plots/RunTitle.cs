using System.Globalization;
using System.Xml;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>A run in two lines of text.</summary>
internal static class RunTitle
{
    /// <summary>Model and workload, behind the status where it is not ok.</summary>
    public static string First(RunRecord run)
    {
        var w = run.Workload;
        var what = string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Model.Name}, {w.Dtype}, batch {w.Batch}, {w.Prompt} prompt + {w.NewTokens} new tokens, {w.Attention} attention");
        return OneLine(Status(run.Status) is { } status ? $"{status}: {what}" : what);
    }

    /// <summary>The device and the measured peaks, or what went wrong.</summary>
    public static string Second(RunRecord run)
    {
        var peaks = new[]
        {
            Peak("measured tensor peak", run.Measured.TensorPeak),
            Peak("device peak", run.Measured.DevicePeak),
            run.Status == RunStatus.Ok ? null : run.Error,
        };
        return OneLine(string.Join("  ·  ", peaks.Prepend(run.Device.Name).Where(text => !string.IsNullOrWhiteSpace(text))));
    }

    private static string? Status(RunStatus status) => status switch
    {
        RunStatus.Ok => null,
        RunStatus.Oom => "OUT OF MEMORY",
        RunStatus.Failed => "FAILED",
        RunStatus.Timeout => "TIMED OUT",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a status"),
    };

    private static string? Peak(string name, ByteSize? size) => size is { } known ? $"{name} {known}" : null;

    // Names and errors come from outside: a line break would spoil the page, and a control character an SVG altogether.
    private static string OneLine(string text) =>
        new([.. text.Select(c => char.IsControl(c) || !XmlConvert.IsXmlChar(c) ? ' ' : c)]);
}
