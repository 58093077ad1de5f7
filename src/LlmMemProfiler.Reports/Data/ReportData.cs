using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Reports.Data;

/// <summary>All points of a report, and the ok ones, which figures and accuracy use.</summary>
public sealed class ReportData
{
    private ReportData(IReadOnlyList<ReportPoint> all)
    {
        All = all;
        Series = [.. all.GroupBy(p => p.Device.Kind == DeviceKind.Virtual).OrderBy(kind => kind.Key).Select(kind => new PointSeries([.. kind.Where(p => p.Status == RunStatus.Ok)], kind.Key))];
    }

    /// <summary>In reading order.</summary>
    public IReadOnlyList<ReportPoint> All { get; }

    /// <summary>Those with status ok, measured ones first; one series for each kind that there is.</summary>
    public IReadOnlyList<PointSeries> Series { get; }

    /// <summary>Reads records one by one, without keeping whole records.</summary>
    /// <param name="records">The records.</param>
    /// <param name="estimatesOf">Estimates for a record, with a profile for example; null for the record's own.</param>
    /// <param name="isPooled">True to take all machines for one.</param>
    /// <param name="overheadOf">What a card takes beside what a virtual GPU tells; null if nobody asks.</param>
    public static ReportData Of(
        IEnumerable<RunRecord> records, Func<RunRecord, IReadOnlyList<MemoryEstimate>>? estimatesOf = null, bool isPooled = false,
        Func<RunRecord, CardOverhead?>? overheadOf = null)
    {
        var (texts, models) = (new Dictionary<string, string>(), new Dictionary<ModelFacts, ModelFacts>());
        var (workloads, devices) = (new Dictionary<WorkloadFacts, WorkloadFacts>(), new Dictionary<DeviceFacts, DeviceFacts>());
        var hardware = new Dictionary<HardwareKey, HardwareKey>();
        var (points, keys) = (new List<ReportPoint>(), new List<HardwareKey>());
        foreach (var record in records)
        {
            keys.Add(Same(hardware, HardwareKey.Of(record)));
            points.Add(new()
            {
                Number = points.Count + 1,
                PointId = ForeignText.Plain(record.PointId),
                Status = record.Status,
                Error = record.Error is { } error ? Text(error) : null,
                Model = Same(models, record.Model with { Name = Text(record.Model.Name) }),
                Workload = Same(workloads, record.Workload),
                Machine = Machine.All,
                Device = Same(devices, record.Device with { Name = Text(record.Device.Name) }),
                Measured = record.Measured with
                {
                    TensorPeakAt = record.Measured.TensorPeakAt is { } at ? Text(at) : null,
                    AllocatedPeakAt = null,
                    Phases = [],
                    Unknown = [],
                },
                Estimates = [.. (estimatesOf?.Invoke(record) ?? record.Estimates).Select(e => e with
                {
                    Estimator = Text(e.Estimator),
                    PeakAt = null,
                    ReservedPeakAt = null,
                    Curve = null,
                    Phases = [],
                    Unknown = [],
                })],
                Overhead = overheadOf?.Invoke(record),
                Timing = record.Timing,
                Disturbance = record.Activity?.Disturbance,
                Curve = MeasuredCurve.Of(record.Timeline),
                Predicted = PredictedCurve.Of(record.Estimates.FirstOrDefault(e => e.Estimator == SimulatedEstimator.Name)),
            });
        }
        if (isPooled)
            return new(points);
        var machines = Machine.Of(keys);
        return new([.. points.Select((point, i) => point with { Machine = machines[i] })]);

        // Ten thousand records repeat the same few values; keep each once.
        string Text(string text) => Same(texts, ForeignText.Plain(text));
    }

    private static T Same<T>(Dictionary<T, T> known, T value)
        where T : notnull
    {
        if (known.TryGetValue(value, out var same))
            return same;
        known.Add(value, value);
        return value;
    }
}
