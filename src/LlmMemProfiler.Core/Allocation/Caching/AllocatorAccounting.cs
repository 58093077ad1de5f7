using LlmMemProfiler.Core.Accounts;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>Current and peak levels by owner. Memory grows with steps, not events.</summary>
internal sealed class AllocatorAccounting
{
    private readonly long[] owners = new long[Parts.Owners];
    private readonly Peak allocatedPeak = new();
    private readonly Peak reservedPeak = new();
    private readonly List<AllocatorStep> steps = [];
    private Phase phase;
    private int step = -1;
    private int sequence = -1;
    private bool isWarmUp = true;
    private long operationStart;
    private Levels now, stepPeaks;
    private long stepRounding, stepSlack;

    /// <summary>Events so far, including the current one.</summary>
    public long Events { get; private set; }

    public AllocatorLevels Current => now.Published;

    public AllocatorMoment AllocatedPeak => allocatedPeak.Moment;

    public AllocatorMoment ReservedPeak => reservedPeak.Moment;

    public IReadOnlyList<AllocatorStep> Steps => step < 0 ? [] : [.. steps, CurrentStep];

    private AllocatorStep CurrentStep => new(phase, step, stepPeaks.Published, new(stepRounding), new(stepSlack), now.Published);

    /// <summary>Call before applying an event.</summary>
    public void Begin(Tag tag)
    {
        Events++;
        if (tag.Sequence != sequence)
        {
            sequence = tag.Sequence;
            operationStart = Events;
        }
        if (tag.Step == step && tag.Phase == phase)
            return;
        if (step >= 0)
            steps.Add(CurrentStep);
        // The warm-up is the profiler's own: only what it leaves counts, also where the run fails before it has taken as much.
        if (isWarmUp && tag.Phase != Phase.Init)
            EndWarmUp();
        (phase, step, stepPeaks) = (tag.Phase, tag.Step, now);
        (stepRounding, stepSlack) = (now.Rounding, now.Slack);
    }

    public void Allocate(in Block block)
    {
        owners[(int)block.Tag.Part] += block.Requested;
        now.Requested += block.Requested;
        now.Allocated += block.Size;
    }

    public void Free(in Block block, Tag tag)
    {
        var part = block.Tag.Part;
        owners[(int)part] -= block.Requested;
        now.Requested -= block.Requested;
        now.Allocated -= block.Size;
        // Slack grows with frees and new segments; rounding only with requests.
        stepSlack = Math.Max(stepSlack, now.Slack);
        // Only now do we know the block was scratch: fix peaks that counted it.
        if (block.AllocatedAt < operationStart || !ScratchRule.IsScratch(block.Tag, tag))
            return;
        allocatedPeak.MoveToScratch(part, block.Requested, block.AllocatedAt);
        reservedPeak.MoveToScratch(part, block.Requested, block.AllocatedAt);
    }

    /// <summary>Updates the peaks.</summary>
    public void Observe(long reserved, Tag tag)
    {
        now.Reserved = reserved;
        stepRounding = Math.Max(stepRounding, now.Rounding);
        stepSlack = Math.Max(stepSlack, now.Slack);
        stepPeaks.RaiseTo(now);
        if (now.Allocated > allocatedPeak.Levels.Allocated)
            allocatedPeak.Set(now, owners, tag, Events);
        if (now.Reserved > reservedPeak.Levels.Reserved)
            reservedPeak.Set(now, owners, tag, Events);
    }

    private void EndWarmUp()
    {
        isWarmUp = false;
        var before = Tag.Of(Phase.Init, 0, null, Part.Workspace, Operation.KeepWorkspace, 0);
        if (now.Allocated < allocatedPeak.Levels.Allocated)
            allocatedPeak.Set(now, owners, before, Events - 1);
        if (now.Reserved < reservedPeak.Levels.Reserved)
            reservedPeak.Set(now, owners, before, Events - 1);
    }

    /// <summary>Adds the level, owner by owner.</summary>
    public void Describe(ICollection<long> state)
    {
        foreach (var bytes in owners)
            state.Add(bytes);
    }

    /// <summary>So many events came that reached no new level.</summary>
    public void Skip(long events) => Events += events;

    /// <summary>Segments were released between events.</summary>
    public void Release(long reserved) => now.Reserved = reserved;

    private struct Levels
    {
        public long Requested, Allocated, Reserved;

        public readonly long Rounding => Allocated - Requested;

        public readonly long Slack => Reserved - Allocated;

        public readonly AllocatorLevels Published => new(new(Requested), new(Allocated), new(Reserved));

        public void RaiseTo(in Levels other)
        {
            if (other.Requested > Requested)
                Requested = other.Requested;
            if (other.Allocated > Allocated)
                Allocated = other.Allocated;
            if (other.Reserved > Reserved)
                Reserved = other.Reserved;
        }
    }

    private sealed class Peak
    {
        private readonly long[] owners = new long[Parts.Owners];
        private Tag tag;
        private long number;

        public Levels Levels { get; private set; }

        public AllocatorMoment Moment => new(
            Levels.Published,
            MemoryAccount.OfOwners(owners).With(
                (Part.Rounding, Levels.Published.Rounding),
                (Part.Slack, Levels.Published.Slack)),
            tag,
            number);

        public void Set(in Levels levels, long[] current, Tag at, long @event)
        {
            Levels = levels;
            current.CopyTo(owners, 0);
            tag = at;
            number = @event;
        }

        public void MoveToScratch(Part part, long size, long allocatedAt)
        {
            if (allocatedAt > number)
                return;
            owners[(int)part] -= size;
            owners[(int)Part.Workspace] += size;
        }
    }
}
