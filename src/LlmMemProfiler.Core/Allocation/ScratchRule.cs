namespace LlmMemProfiler.Core.Allocation;

/// <summary>
/// Tells scratch from tensors: a block freed by the operation that allocated it is kernel scratch; one that outlives its operation
/// is a tensor. Events between operations belong to neither.
/// </summary>
internal static class ScratchRule
{
    /// <summary>True if a block allocated and freed under these tags was scratch. Sequence numbers wrap at 2^20, so the tags must be close together.</summary>
    public static bool IsScratch(Tag allocated, Tag freed) =>
        allocated.Sequence == freed.Sequence && allocated.Operation != Operation.None && freed.Operation != Operation.None;

    /// <summary>Index in an operation's events of the scratch block that an event frees; −1 if it frees an older block.</summary>
    /// <remarks>The latest match, since an operation may reuse the address of its own freed scratch. Linear search: operations have few events.</remarks>
    public static int IndexOfScratch(this List<AllocationEvent> operation, in AllocationEvent free)
    {
        var i = operation.Count - 1;
        while (i >= 0 && !(operation[i].Size > 0 && operation[i].Block == free.Block && IsScratch(operation[i].Tag, free.Tag)))
            i--;
        return i;
    }
}
