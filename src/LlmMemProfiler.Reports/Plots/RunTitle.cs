using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>A two-line title of a run.</summary>
internal static class RunTitle
{
    /// <summary>Model and workload, prefixed with the status if not ok.</summary>
    public static string First(RunRecord run)
    {
        var what = PointTitle.Long(DrawableText.Name(run.Model.Name), run.Workload);
        return Status(run.Status) is { } status ? $"{status}: {what}" : what;
    }

    /// <summary>The device, the measured peaks, and any error.</summary>
    public static string Second(RunRecord run)
    {
        var peaks = new[]
        {
            Peak($"{run.Device.Kind.Observed()} tensor peak", run.Measured.TensorPeak),
            Peak("device peak", run.Measured.DevicePeak),
            run.Status == RunStatus.Ok ? null : run.Error,
        };
        return string.Join("  ·  ", peaks.Prepend(run.Device.Kind == DeviceKind.Virtual ? $"{run.Device.Name} ({run.Device.Kind.Name()})" : run.Device.Name).Where(text => !string.IsNullOrWhiteSpace(text)));
    }

    private static string? Status(RunStatus status) => status switch
    {
        RunStatus.Ok => null,
        RunStatus.Oom => "OUT OF MEMORY",
        RunStatus.Failed => "FAILED",
        RunStatus.Timeout => "TIMED OUT",
        RunStatus.Stopped => "STOPPED",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a status"),
    };

    private static string? Peak(string name, ByteSize? size) => size is { } known ? $"{name} {known}" : null;
}
