namespace LlmMemProfiler.Core.Allocation;

/// <summary>
/// What is scratch, and what a tensor: a block that the very operation which took it frees again was that kernel's scratch; one that
/// outlives its operation is a tensor. What lies between two operations belongs to none.
/// </summary>
internal static class ScratchRule
{
    /// <summary>True where a block taken and freed under these tags was scratch. Sequences begin again at 2^20, so the tags must be neighbors.</summary>
    public static bool IsScratch(Tag taken, Tag freed) =>
        taken.Sequence == freed.Sequence && taken.Operation != Operation.None && freed.Operation != Operation.None;

    /// <summary>The place within an operation's events of the block that a free gives back as scratch; −1 where it frees an older one.</summary>
    /// <remarks>The latest, as an operation may get the address of its own freed scratch again; it has a handful of events, so each is looked at.</remarks>
    public static int IndexOfScratch(this List<AllocationEvent> operation, in AllocationEvent free)
    {
        var i = operation.Count - 1;
        while (i >= 0 && !(operation[i].Size > 0 && operation[i].Block == free.Block && IsScratch(operation[i].Tag, free.Tag)))
            i--;
        return i;
    }
}
