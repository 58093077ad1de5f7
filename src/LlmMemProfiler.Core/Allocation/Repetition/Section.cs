using System.Diagnostics.CodeAnalysis;

namespace LlmMemProfiler.Core.Allocation.Repetition;

/// <summary>The events of one layer, which come again in the layers after it: each frees one block of the layer before, and leaves one.</summary>
/// <param name="Events">In order.</param>
/// <param name="Before">The block that it frees, and did not allocate.</param>
/// <param name="After">The block that it leaves.</param>
internal sealed record Section(IReadOnlyList<AllocationEvent> Events, ulong Before, ulong After)
{
    /// <returns>False if they free and leave anything else, so that they cannot be made again.</returns>
    public static bool TryRead(IReadOnlyList<AllocationEvent> events, [NotNullWhen(true)] out Section? section)
    {
        section = null;
        var (left, freed) = (new HashSet<ulong>(), new List<ulong>());
        foreach (var e in events)
        {
            if (e.Size > 0)
                left.Add(e.Block);
            else if (!left.Remove(e.Block))
                freed.Add(e.Block);
        }
        if (left.Count != 1 || freed.Count != 1)
            return false;
        section = new([.. events], freed[0], left.Single());
        return true;
    }
}
