using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Reports.Plots;

namespace LlmMemProfiler.Reports.Data;

/// <summary>All points of a report, and those of them that pictures and accuracies are made of.</summary>
public sealed class ReportData
{
    private ReportData(IReadOnlyList<ReportPoint> all)
    {
        All = all;
        Measured = [.. all.Where(p => p.Status == RunStatus.Ok)];
    }

    /// <summary>In the order in which they were read.</summary>
    public IReadOnlyList<ReportPoint> All { get; }

    /// <summary>Those whose run ended well.</summary>
    public IReadOnlyList<ReportPoint> Measured { get; }

    /// <summary>Reads records one by one; none is kept whole.</summary>
    /// <param name="records">The records.</param>
    /// <param name="estimatesOf">What is predicted for a record, for instance with a profile; null for the record's own estimates.</param>
    public static ReportData Of(IEnumerable<RunRecord> records, Func<RunRecord, IReadOnlyList<MemoryEstimate>>? estimatesOf = null)
    {
        var (texts, models) = (new Dictionary<string, string>(), new Dictionary<ModelFacts, ModelFacts>());
        var (workloads, devices) = (new Dictionary<WorkloadFacts, WorkloadFacts>(), new Dictionary<DeviceFacts, DeviceFacts>());
        var points = new List<ReportPoint>();
        foreach (var record in records)
        {
            points.Add(new()
            {
                Number = points.Count + 1,
                PointId = PlainText.OneLine(record.PointId),
                Status = record.Status,
                Error = record.Error is { } error ? Text(error) : null,
                Model = Same(models, record.Model with { Name = Text(record.Model.Name) }),
                Workload = Same(workloads, record.Workload),
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
                Timing = record.Timing,
                Curve = MeasuredCurve.Of(record.Timeline),
                Predicted = PredictedCurve.Of(record.Estimates.FirstOrDefault(e => e.Estimator == SimulatedEstimator.Name)),
            });
        }
        return new(points);

        // Ten thousand records say the same few things; each is kept once.
        string Text(string text) => Same(texts, PlainText.OneLine(text));
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
