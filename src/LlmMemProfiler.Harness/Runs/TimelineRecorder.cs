using System.Diagnostics;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>Collects a run's memory usage over time. In a long run adjacent moments are merged, keeping their maximum.</summary>
internal sealed class TimelineRecorder
{
    private const int MostMoments = 512;

    private readonly List<Moment> moments = [];

    /// <summary>Creation time, in ticks of <see cref="Stopwatch"/>.</summary>
    public long Start { get; } = Stopwatch.GetTimestamp();

    /// <summary>Seconds since creation.</summary>
    public double Seconds => Stopwatch.GetElapsedTime(Start).TotalSeconds;

    /// <summary>Adds a moment.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="step">Its step.</param>
    /// <param name="allocated">The highest account since the previous moment.</param>
    /// <param name="device">The system's or driver's current count.</param>
    public void Add(Phase phase, int step, MemoryAccount allocated, ByteSize? device) =>
        moments.Add(new(Seconds, phase, step, allocated, device));

    public Timeline Build()
    {
        var kept = Thinned();
        return new()
        {
            Seconds = [.. kept.Select(m => Math.Round(m.Seconds, 4))],
            Phase = [.. kept.Select(m => m.Phase)],
            Step = [.. kept.Select(m => m.Step)],
            Allocated = [.. kept.Select(m => m.Allocated)],
            Device = [.. kept.Select(m => m.Device)],
        };
    }

    private List<Moment> Thinned()
    {
        var group = (moments.Count + MostMoments - 1) / MostMoments;
        if (group <= 1)
            return moments;
        return [.. moments
            .GroupBy(m => m.Phase)
            .SelectMany(phase => phase.Chunk(group))
            .Select(chunk => chunk[^1] with { Allocated = chunk.MaxBy(m => m.Allocated.Total)!.Allocated })];
    }

    private sealed record Moment(double Seconds, Phase Phase, int Step, MemoryAccount Allocated, ByteSize? Device);
}
