using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>What was taken out of a stream of records, all of one hardware.</summary>
public sealed class CalibrationInput
{
    private readonly List<CalibrationPoint> points = [];
    private readonly OrderedDictionary<(string PointId, int Repeat), TracePoint> traces = [];

    private CalibrationInput() { }

    /// <summary>Records that ended well and whose device total is known.</summary>
    public IReadOnlyList<CalibrationPoint> Points => points;

    /// <summary>The traces of all points, however they ended; of a point that was tried again, the later ones.</summary>
    public IReadOnlyCollection<TracePoint> Traces => traces.Values;

    public int Read { get; private set; }

    public int NotOk { get; private set; }

    /// <summary>Records that ended well, without a device peak.</summary>
    public int WithoutPeak { get; private set; }

    /// <summary>The newest record, without its curve; null where none was read.</summary>
    public RunRecord? Newest { get; private set; }

    /// <summary>The hardware of all points; null where there is none.</summary>
    public HardwareKey? Hardware { get; private set; }

    /// <summary>SHA-256 of what was read.</summary>
    public string Sha256 { get; private init; } = "";

    /// <summary>Bad lines that were skipped.</summary>
    public int Skipped { get; private init; }

    /// <summary>What the reader had to say, a line each.</summary>
    public IReadOnlyList<string> Remarks { get; private init; } = [];

    /// <summary>Reads results files.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="isSkipping">True where bad lines are skipped and counted.</param>
    /// <exception cref="InputException">A file cannot be read, a line is no record, or the records are of several machines.</exception>
    public static CalibrationInput ReadFiles(IEnumerable<string> paths, bool isSkipping)
    {
        var reader = new ResultsReader(isSkipping);
        var read = Of(reader.Read(paths));
        return new(read, reader);
    }

    /// <summary>Takes records that are at hand.</summary>
    /// <exception cref="InputException">They are of several machines.</exception>
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
        (Read, NotOk, WithoutPeak, Newest, Hardware) = (read.Read, read.NotOk, read.WithoutPeak, read.Newest, read.Hardware);
        (Sha256, Skipped, Remarks) = (reader.Evidence, reader.Skipped, reader.Remarks);
    }

    private void Add(RunRecord record)
    {
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
            throw new InputException($"the results are of more than one machine or setting ({difference}); give those of one");
        Hardware = hardware;
        points.Add(point);
        if (Newest is null || record.Started > Newest.Started)
            Newest = record with { Timeline = new() { Seconds = [], Phase = [], Step = [], Allocated = [], Device = [] }, Generated = [] };
    }
}
