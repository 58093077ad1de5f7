using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Allocation.Repetition;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Verdicts;

/// <summary>The smallest capacity with which the simulated allocator gets a workload through.</summary>
/// <param name="model">The model.</param>
/// <param name="workload">The workload.</param>
/// <param name="target">A device with an allocator.</param>
/// <param name="watch">Follows the search; null for none.</param>
/// <param name="simulated">What the estimate kept; null to simulate it again.</param>
/// <param name="loads">How many rows each expert gets; null for all as many.</param>
/// <param name="mostKept">How many requests are kept; those of a longer run are simulated anew for each try.</param>
internal sealed class NeededCapacity(
    ModelSpec model, Workload workload, Target target, SimulationWatch? watch, SimulatedRequests? simulated = null, ExpertLoads? loads = null,
    long mostKept = RequestTape.Most)
{
    /// <param name="settings">The allocator's settings.</param>
    /// <param name="asked">Capacities whose outcome must agree with the answer.</param>
    /// <returns>Null if there is none.</returns>
    public SmallestCapacity? Find(AllocatorSettings settings, params IEnumerable<ByteSize> asked)
    {
        var tape = simulated is { Allocator: not null } ? simulated.Tape : Read();
        var tries = 0;
        return SmallestCapacity.Find(Request, settings, asked, simulated?.Allocator);

        RequestTape Read()
        {
            watch?.Begin("read the requests");
            var read = new RequestTape(mostKept);
            SymbolicRun.Through(new SectionRecorder(read), model, workload, target.Kernels, () => { }, watch, loads);
            return read;
        }

        void Request(CachingAllocator allocator)
        {
            watch?.Begin($"find the smallest capacity, try {++tries}");
            if (tape.IsWhole)
                // They were counted as they were read.
                tape.Play(allocator, (done, total) => watch?.Pass(done, total, events: 0));
            else
                SymbolicRun.Through(new SectionRecorder(new SteadyRepeater(allocator)), model, workload, target.Kernels, () => { }, watch, loads);
        }
    }
}
