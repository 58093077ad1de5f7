using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation;

/// <summary>The first moment at which a level peaked.</summary>
/// <param name="Size">The level.</param>
/// <param name="Account">The level by owner; adds up to <paramref name="Size"/>.</param>
/// <param name="Tag">What was being computed.</param>
public sealed record PeakMoment(ByteSize Size, MemoryAccount Account, Tag Tag);

/// <summary>A memory level by owner, with its peaks.</summary>
internal sealed class Level
{
    private readonly long[] current = new long[Parts.Owners];
    private readonly Peak overall = new();
    private readonly Peak step = new();

    public long Total { get; private set; }

    public MemoryAccount Account => MemoryAccount.OfOwners(current);

    /// <summary>The peak since the start.</summary>
    public PeakMoment OverallPeak => overall.Moment;

    /// <summary>The peak since <see cref="BeginStep"/>.</summary>
    public PeakMoment StepPeak => step.Moment;

    /// <summary>Adds the level, owner by owner.</summary>
    public void Describe(ICollection<long> state)
    {
        foreach (var bytes in current)
            state.Add(bytes);
    }

    public void BeginStep(Tag tag) => step.Set(Total, current, tag);

    public void Change(Part part, long size, Tag tag)
    {
        current[(int)part] += size;
        Total += size;
        if (Total > overall.Total)
            overall.Set(Total, current, tag);
        if (Total > step.Total)
            step.Set(Total, current, tag);
    }

    private sealed class Peak
    {
        private readonly long[] parts = new long[Parts.Owners];
        private Tag tag;

        public long Total { get; private set; }

        public PeakMoment Moment => new(new(Total), MemoryAccount.OfOwners(parts), tag);

        public void Set(long total, long[] current, Tag at)
        {
            Total = total;
            tag = at;
            current.CopyTo(parts, 0);
        }
    }
}
