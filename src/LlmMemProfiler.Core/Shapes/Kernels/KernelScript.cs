namespace LlmMemProfiler.Core.Shapes.Kernels;

/// <summary>
/// What one kernel does with memory, in order: its result, blocks that it takes and gives back, and blocks that a library takes
/// at its first use and keeps.
/// </summary>
public sealed class KernelScript
{
    private readonly List<KernelStep> steps = [];
    private readonly List<long> sizes = [];

    /// <summary>A kernel that makes its result and nothing else.</summary>
    public static KernelScript ResultAlone { get; } = new KernelScript().Result();

    /// <summary>A kernel that works in place and takes nothing.</summary>
    public static KernelScript Nothing { get; } = new();

    public IReadOnlyList<KernelStep> Steps => steps;

    /// <summary>The result is taken here.</summary>
    /// <param name="size">Its bytes where they are not those of its elements, as in padded form; null for those.</param>
    public KernelScript Result(long? size = null)
    {
        steps.Add(new(StepKind.Result, size ?? 0, 0));
        return this;
    }

    /// <summary>A block is taken.</summary>
    /// <returns>Its number, for <see cref="Free"/>.</returns>
    public int Take(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        sizes.Add(size);
        steps.Add(new(StepKind.Take, size, sizes.Count - 1));
        return sizes.Count - 1;
    }

    /// <summary>A block is given back.</summary>
    public KernelScript Free(int block)
    {
        steps.Add(new(StepKind.Free, sizes[block], block));
        return this;
    }

    /// <summary>Blocks are taken, in order, and given back, the last one first; 0 bytes are no block.</summary>
    public KernelScript Borrow(params ReadOnlySpan<long> blocks)
    {
        var first = sizes.Count;
        foreach (var size in blocks)
        {
            if (size > 0)
                Take(size);
        }
        for (var block = sizes.Count - 1; block >= first; block--)
            Free(block);
        return this;
    }

    /// <summary>A library's workspace: taken at the first use in a process, and kept to its end.</summary>
    /// <param name="name">Tells workspaces apart.</param>
    /// <param name="size">Bytes.</param>
    public KernelScript Keep(string name, long size)
    {
        steps.Add(new(StepKind.Keep, size, 0, name));
        return this;
    }
}

public enum StepKind
{
    Result,
    Take,
    Free,
    Keep,
}

/// <summary>One step of a <see cref="KernelScript"/>.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Size">Bytes; of a result, 0 for those of its elements.</param>
/// <param name="Block">The block taken or freed, numbered within the script.</param>
/// <param name="Name">Of what is kept.</param>
public readonly record struct KernelStep(StepKind Kind, long Size, int Block, string? Name = null);
