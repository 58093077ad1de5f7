using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>
/// The smallest capacity with which a program's requests get through: where the driver has no more, the allocator gives back its free
/// segments and tries again, so that less is enough than it reserves where there is plenty.
/// </summary>
/// <remarks>
/// A larger capacity can fail where a smaller one gets through, since what is given back, and when, decides how later requests are placed
/// (18 of 3,311 random programs of up to 24 requests).
/// What holds: with this capacity they get through, with a byte less they do not, and with none of the larger ones that were tried,
/// those that were asked about among them, did they fail. A run tells more than its own capacity: from its reserved peak up to the least
/// that it was refused, all would have gone the same way, so that no capacity needs a second run.
/// </remarks>
/// <param name="Size">The capacity.</param>
/// <param name="DecidedIn">What was being computed where a byte less runs out of memory.</param>
public sealed record SmallestCapacity(ByteSize Size, Tag DecidedIn)
{
    /// <param name="requests">Makes all requests of an allocator; must be repeatable.</param>
    /// <param name="settings">The allocator's settings; their capacity is not used.</param>
    /// <param name="asked">Capacities whose outcome must agree with the answer.</param>
    /// <param name="simulated">An allocator that all requests were made of, which saves a run if its settings are these; null for none.</param>
    /// <returns>Null if they get through with no capacity at all, or there are none.</returns>
    public static SmallestCapacity? Find(
        Action<CachingAllocator> requests, AllocatorSettings settings, IEnumerable<ByteSize> asked, CachingAllocator? simulated = null)
    {
        var search = new Search(requests, settings, simulated);
        if (!search.IsPossible)
            return null;
        foreach (var capacity in asked.Select(c => c.Bytes).Distinct().OrderDescending())
        {
            if (capacity < search.Least || (capacity < search.Most && !search.Try(capacity)))
                break;
        }
        while (search.Least < search.Most)
            search.Try(search.Least + ((search.Most - search.Least) / 2));
        // All that were tried got through, down to what is requested at once: with less they cannot.
        if (search.Failure is null)
            search.Try(search.Most - 1);
        return new(new(search.Most), search.Failure!.Tag);
    }

    private sealed class Search
    {
        private readonly Action<CachingAllocator> requests;
        private readonly AllocatorSettings settings;

        public Search(Action<CachingAllocator> requests, AllocatorSettings settings, CachingAllocator? simulated)
        {
            this.requests = requests;
            // An expandable segment's range must not shrink with the capacities that are tried.
            this.settings = settings with { DeviceTotal = settings.DeviceTotal ?? new(ByteSize.GiB << 14) };
            var unlimited = simulated is not null && IsUnlimited(simulated.Settings) ? simulated : Run(null);
            IsPossible = unlimited is { OutOfMemory: null, ReservedPeak.Levels.Reserved.Bytes: > 0 };
            Most = unlimited.ReservedPeak.Levels.Reserved.Bytes;
            Least = unlimited.Steps.Select(step => step.Peaks.Requested.Bytes).DefaultIfEmpty().Max();
        }

        public bool IsPossible { get; }

        /// <summary>The smallest capacity that is known to be enough.</summary>
        public long Most { get; private set; }

        /// <summary>The largest that is known to be needed.</summary>
        public long Least { get; private set; }

        /// <summary>Where the largest capacity that failed did.</summary>
        public OutOfMemory? Failure { get; private set; }

        /// <summary>True if a run under these settings went as one of the search's without a capacity. The device's total only matters to expandable segments.</summary>
        private bool IsUnlimited(AllocatorSettings others) =>
            (others.ExpandableSegments ? others : others with { DeviceTotal = settings.DeviceTotal }) == (settings with { Capacity = null });

        public bool Try(long capacity)
        {
            var allocator = Run(new(capacity));
            if (allocator.OutOfMemory is null)
            {
                Most = allocator.ReservedPeak.Levels.Reserved.Bytes;
                return true;
            }
            Failure = allocator.OutOfMemory;
            Least = allocator.NextCapacity!.Value.Bytes;
            return false;
        }

        private CachingAllocator Run(ByteSize? capacity)
        {
            var allocator = new CachingAllocator(settings with { Capacity = capacity });
            requests(allocator);
            return allocator;
        }
    }
}
