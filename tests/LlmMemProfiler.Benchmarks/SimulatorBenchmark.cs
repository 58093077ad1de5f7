using System.Diagnostics;
using System.Globalization;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Benchmarks;

/// <summary>The caching allocator alone, on the events of a whole decode: events a second on one core, and the garbage it makes.</summary>
internal static class SimulatorBenchmark
{
    private const int Rounds = 25;

    public static void Run(ModelSpec model)
    {
        foreach (var settings in (AllocatorSettings[])[new(), new() { ExpandableSegments = true }])
        {
            foreach (var tokens in (int[])[128, 512])
                Run(model, new() { Batch = 8, Prompt = 128, NewTokens = tokens }, settings);
        }
    }

    private static void Run(ModelSpec model, Workload workload, AllocatorSettings settings)
    {
        var events = Events(model, workload);
        var (rates, wall) = (new List<double>(), new List<double>());
        long garbage = 0;
        var live = 0;
        for (var round = -3; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var allocator = new CachingAllocator(settings);
            var (watch, computed) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            foreach (ref readonly var e in events.AsSpan())
                allocator.Add(e);
            var (elapsed, spent) = (Stopwatch.GetElapsedTime(watch), Environment.CpuUsage.TotalTime - computed);
            // Bytes on the heap, arrays that were outgrown included.
            garbage = GC.GetAllocatedBytesForCurrentThread() - before;
            live = allocator.Map().Segments.Sum(s => s.Blocks.Count(b => b.Id is not null));
            if (round < 0)
                continue;
            rates.Add(events.Length / spent.TotalSeconds / 1e6);
            wall.Add(events.Length / elapsed.TotalSeconds / 1e6);
        }
        rates.Sort();
        wall.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Name}, batch {workload.Batch}, {workload.Prompt} + {workload.NewTokens} tokens on h100{(settings.ExpandableSegments ? ", expandable" : "")}: {events.Length:N0} events, {live:N0} blocks live: " +
            $"median {rates[Rounds / 2]:F1} million events a second of processor time, quartiles {rates[Rounds / 4]:F1} to {rates[Rounds * 3 / 4]:F1} (by the clock {wall[Rounds / 2]:F1}); {garbage:N0} B allocated in all"));
    }

    private static AllocationEvent[] Events(ModelSpec model, Workload workload)
    {
        var recorder = new Recorder();
        SymbolicRun.Decode(model, workload, recorder, Targets.Find("h100", 2, _ => null).Kernels);
        return [.. recorder.Events];
    }

    private sealed class Recorder : IAllocationSink
    {
        public List<AllocationEvent> Events { get; } = [];

        public void Add(in AllocationEvent e) => Events.Add(e);
    }
}
