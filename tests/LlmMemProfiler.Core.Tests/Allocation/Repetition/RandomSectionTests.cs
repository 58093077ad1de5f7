using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Allocation.Repetition;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Allocation.Repetition;

/// <summary>Sections of any requests, among blocks that lie in any order: skipped where they have become steady, they leave what all of them leave.</summary>
public class RandomSectionTests
{
    [Fact]
    public void Skipped_sections_leave_what_all_of_them_leave()
    {
        var skipped = 0L;
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var settings = Settings(random);
            var (before, section) = (Before(random), Section(random));
            var (all, some) = (new CachingAllocator(settings), new CachingAllocator(settings));
            var recorder = new SectionRecorder(new SteadyRepeater(some));
            foreach (var e in before)
            {
                all.Add(e);
                recorder.Add(e);
            }
            var times = random.Next(1, 12);
            for (var layer = 0; layer <= times; layer++)
            {
                foreach (var e in section)
                    all.Add(Renumbered(e, layer));
            }
            recorder.Mark();
            foreach (var e in section)
                recorder.Add(Renumbered(e, 0));
            Assert.True(recorder.TryRepeat(times));
            // What comes after tells the ages and the places of what is free.
            foreach (var e in After(random))
            {
                all.Add(e);
                some.Add(e);
            }
            Assert.Equal((seed, Text(all)), (seed, Text(some)));
            skipped += some.OutOfMemory is null && times > 4 ? 1 : 0;
        }
        Assert.True(skipped > 500);
    }

    private static AllocatorSettings Settings(Random random) => random.Next(5) switch
    {
        0 => new() { ExpandableSegments = true },
        1 => new() { MaxSplitSize = new(20 * ByteSize.MiB) },
        2 => new() { Capacity = new(random.Next(20, 90) * ByteSize.MiB) },
        3 => new() { Limit = new(random.Next(30, 120) * ByteSize.MiB), GarbageCollectionThreshold = 0.3 },
        _ => new(),
    };

    /// <summary>Blocks that stay, and holes between them.</summary>
    private static List<AllocationEvent> Before(Random random)
    {
        List<AllocationEvent> events = [new(1, 1 << 20, At(0))];
        for (var id = 2UL; id < 12; id++)
            events.Add(new(id, Size(random), At(0)));
        foreach (var e in events.Skip(1).Where(_ => random.Next(2) == 0).ToList())
            events.Add(new(e.Block, -e.Size, At(0)));
        return events;
    }

    /// <summary>The hidden state, block 1, is replaced by block 100, at any time; what else is allocated is freed again in any order.</summary>
    private static List<AllocationEvent> Section(Random random)
    {
        var events = new List<AllocationEvent>();
        var live = new List<AllocationEvent>();
        var (isAllocated, isFreed) = (false, false);
        for (var id = 101UL; id < 101UL + (ulong)random.Next(1, 12); id++)
        {
            AllocationEvent e = new(id, Size(random), At((int)id));
            events.Add(e);
            live.Add(e);
            if (!isAllocated && random.Next(4) == 0)
            {
                events.Add(new(100, 1 << 20, At((int)id)));
                isAllocated = true;
            }
            else if (isAllocated && !isFreed && random.Next(3) == 0)
            {
                events.Add(new(1, -(1 << 20), At((int)id)));
                isFreed = true;
            }
            while (live.Count > 0 && random.Next(2) == 0)
                Free(random.Next(live.Count));
        }
        if (!isAllocated)
            events.Add(new(100, 1 << 20, At(120)));
        if (!isFreed)
            events.Add(new(1, -(1 << 20), At(120)));
        while (live.Count > 0)
            Free(random.Next(live.Count));
        return events;

        void Free(int which)
        {
            events.Add(new(live[which].Block, -live[which].Size, At(130)));
            live.RemoveAt(which);
        }
    }

    private static List<AllocationEvent> After(Random random) =>
        [.. Enumerable.Range(0, 12).Select(i => new AllocationEvent(10_000_000UL + (ulong)i, Size(random), At(2000 + i)))];

    private static AllocationEvent Renumbered(in AllocationEvent e, int layer) => e with
    {
        // Block 1 is what the layer before has left as its block 100, and what the last one leaves is the next one's.
        Block = e.Block == 1 ? layer == 0 ? 1 : 100 + (ulong)((layer - 1) * 1000) : e.Block + (ulong)(layer * 1000),
        Tag = e.Tag.LayersLater(layer),
    };

    private static Tag At(int sequence) => Tag.Of(Phase.Decode, 1, 0, Part.Activations, Operation.Add, (uint)sequence);

    private static long Size(Random random) => random.Next(4) switch
    {
        0 => random.Next(1, 4096),
        1 => random.Next(1, 2 << 20),
        2 => random.Next(1 << 20, 12 << 20),
        _ => random.Next(1, 3) << 20,
    };

    private static string Text(CachingAllocator allocator)
    {
        var blocks = allocator.Map().Segments.Select(segment => $"{segment.Address}:{string.Join(' ', segment.Blocks.Select(block => block.Size.Bytes))}");
        return $"{allocator.Levels}, {allocator.ReservedPeak.Levels} {allocator.ReservedPeak.Tag} {allocator.ReservedPeak.Event}, {allocator.AllocatedPeak.Tag}, " +
            $"{allocator.Retries}, {allocator.OutOfMemory}, {allocator.NextCapacity}, {string.Join('|', blocks)}, {string.Join('|', allocator.Steps)}";
    }
}
