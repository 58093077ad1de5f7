namespace LlmMemProfiler.Core.Allocation.Comparison;

/// <summary>Maps predicted blocks to measured ones, paired when both are allocated.</summary>
internal sealed class BlockPairs
{
    private readonly Dictionary<ulong, ulong> measuredOf = [];

    /// <summary>True if both lists allocate and free the same sizes in the same order, and free paired blocks.</summary>
    public bool AreEqual(IReadOnlyList<AllocationEvent> predicted, IReadOnlyList<AllocationEvent> measured)
    {
        var areEqual = predicted.Count == measured.Count;
        for (var i = 0; areEqual && i < predicted.Count; i++)
            areEqual = predicted[i].Size == measured[i].Size && (predicted[i].Size > 0 || IsPair(predicted[i].Block, measured[i].Block));
        if (areEqual)
        {
            for (var i = 0; i < predicted.Count; i++)
                Follow(predicted[i], measured[i].Block);
        }
        else
        {
            PairBySize(predicted, measured);
        }
        return areEqual;
    }

    /// <summary>True if a free that was measured is the one that was predicted.</summary>
    public bool IsSameFree(in AllocationEvent predicted, in AllocationEvent measured) =>
        predicted.Size < 0 && predicted.Size == measured.Size && IsPair(predicted.Block, measured.Block);

    /// <summary>A block that was never paired matches any.</summary>
    private bool IsPair(ulong predicted, ulong measured) => !measuredOf.TryGetValue(predicted, out var partner) || partner == measured;

    private void Follow(in AllocationEvent predicted, ulong measured)
    {
        if (predicted.Size > 0)
            measuredOf[predicted.Block] = measured;
        else
            measuredOf.Remove(predicted.Block);
    }

    /// <summary>After a difference, blocks of equal size are still paired.</summary>
    private void PairBySize(IReadOnlyList<AllocationEvent> predicted, IReadOnlyList<AllocationEvent> measured)
    {
        var next = 0;
        foreach (var e in predicted)
        {
            if (e.Size < 0)
            {
                measuredOf.Remove(e.Block);
                continue;
            }
            for (var j = next; j < measured.Count; j++)
            {
                if (measured[j].Size != e.Size)
                    continue;
                measuredOf[e.Block] = measured[j].Block;
                next = j + 1;
                break;
            }
        }
    }
}
