using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>The points of a set of records, all from one machine.</summary>
public sealed class CalibrationInput
{
    private readonly List<CalibrationPoint> points = [];
    private readonly OrderedDictionary<(string PointId, int Repeat), TracePoint> traces = [];

    private CalibrationInput() { }

    /// <summary>Records with status ok and a known device total.</summary>
    public IReadOnlyList<CalibrationPoint> Points => points;

    /// <summary>The points that calibration can use, by what it uses them for.</summary>
    public SplitPoints Split() => SplitPoints.Of([.. points.Where(p => p.IsComplete)]);

    /// <summary>The traces of all points, whatever their status; for a retried point, the latest.</summary>
    public IReadOnlyCollection<TracePoint> Traces => traces.Values;

    public int Read { get; private set; }

    public int NotOk { get; private set; }

    /// <summary>Records with status ok but no device peak.</summary>
    public int WithoutPeak { get; private set; }

    /// <summary>True if all records are a virtual GPU's, which has no device total; they are never put together with measured ones.</summary>
    public bool IsVirtual { get; private set; }

    /// <summary>Points that a machine measured while it did other things too.</summary>
    public int Busy { get; private set; }

    /// <summary>The newest usable record, without its timeline; null if there is none.</summary>
    public RunRecord? Newest { get; private set; }

    /// <summary>The hardware of all points; null if there are no points.</summary>
    public HardwareKey? Hardware { get; private set; }

    /// <summary>SHA-256 of the records read.</summary>
    public string Sha256 { get; private init; } = "";

    /// <summary>Bad lines skipped.</summary>
    public int Skipped { get; private init; }

    /// <summary>The reader's remarks, one per entry.</summary>
    public IReadOnlyList<string> Remarks { get; private init; } = [];

    /// <summary>Reads results files.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="isSkipping">True to skip and count bad lines.</param>
    /// <exception cref="InputException">A file cannot be read, a line is not a record, or the records come from several machines.</exception>
    public static CalibrationInput ReadFiles(IEnumerable<string> paths, bool isSkipping)
    {
        var reader = new ResultsReader(isSkipping);
        var read = Of(reader.Read(paths));
        return new(read, reader);
    }

    /// <summary>Collects records already in memory.</summary>
    /// <exception cref="InputException">They come from several machines, or only some of them from a virtual GPU.</exception>
    public static CalibrationInput Of(IEnumerable<RunRecord> records)
    {
        var input = new CalibrationInput();
        foreach (var record in records)
            input.Add(record);
        return input;
    }

    private CalibrationInput(CalibrationInput read, ResultsReader reader)
    {
        (points, traces) = (read.points, read.traces);
        (Read, NotOk, WithoutPeak, Busy, Newest, Hardware) = (read.Read, read.NotOk, read.WithoutPeak, read.Busy, read.Newest, read.Hardware);
        IsVirtual = read.IsVirtual;
        (Sha256, Skipped, Remarks) = (reader.Evidence, reader.Skipped, reader.Remarks);
    }

    private void Add(RunRecord record)
    {
        var isVirtual = record.Device.Kind == DeviceKind.Virtual;
        if (Read > 0 && isVirtual != IsVirtual)
            throw new InputException("some of the results are a virtual GPU's, and others were measured; pass those of one kind");
        IsVirtual = isVirtual;
        Read++;
        traces[(record.PointId, record.Repeat)] = TracePoint.Of(record);
        if (record.Status != RunStatus.Ok)
        {
            NotOk++;
            return;
        }
        if (CalibrationPoint.Of(record) is not { } point)
        {
            WithoutPeak++;
            return;
        }
        var hardware = HardwareKey.Of(record);
        if (Hardware is not null && Hardware.DifferencesFrom(hardware) is [var difference, ..])
            throw new InputException($"the results come from more than one machine or setting ({difference}); pass results from just one");
        Hardware = hardware;
        points.Add(point);
        Busy += record.Activity?.Disturbance is null ? 0 : 1;
        if (Newest is null || record.Started > Newest.Started)
            Newest = record with { Timeline = new() { Seconds = [], Phase = [], Step = [], Allocated = [], Device = [] }, Generated = [] };
    }
}
