using LlmMemProfiler.Core.Allocation;

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
    public static KernelScript ResultOnly { get; } = new KernelScript().Result();

    /// <summary>A kernel that works in place and takes nothing.</summary>
    public static KernelScript Nothing { get; } = new();

    public IReadOnlyList<KernelStep> Steps => steps;

    /// <summary>The script of a kernel that was watched: the one block that it did not free is its result.</summary>
    /// <exception cref="TraceException">It freed what it had not taken, or left another number of blocks than one.</exception>
    public static KernelScript Observed(IReadOnlyList<AllocationEvent> events)
    {
        var left = new HashSet<ulong>();
        foreach (var e in events)
        {
            if (!(e.Size > 0 ? left.Add(e.Block) : left.Remove(e.Block)))
                throw new TraceException($"a kernel takes or frees block {e.Block:x} twice");
        }
        if (left.Count != 1)
            throw new TraceException($"a kernel leaves {left.Count} blocks, where one result is expected");

        // An address can serve twice, as scratch and then as the result: the result is its last use.
        var result = events.ToList().FindLastIndex(e => left.Contains(e.Block));
        var script = new KernelScript();
        var numbers = new Dictionary<ulong, int>();
        for (var i = 0; i < events.Count; i++)
        {
            if (i == result)
                script.Result();
            else if (events[i].Size > 0)
                numbers[events[i].Block] = script.Allocate(events[i].Size);
            else
                script.Free(numbers[events[i].Block]);
        }
        return script;
    }

    /// <summary>The script as numbers: bytes taken, 0 for the result, and for a free −1 − the block's number.</summary>
    /// <exception cref="InvalidOperationException">A library keeps something: that is no scratch.</exception>
    public IReadOnlyList<long> ToNumbers() => [.. steps.Select(s => s.Kind switch
    {
        StepKind.Allocate => s.Size,
        StepKind.Result => 0,
        StepKind.Free => -1L - s.Block,
        _ => throw new InvalidOperationException("a kept workspace is no scratch"),
    })];

    /// <summary>The reverse of <see cref="ToNumbers"/>.</summary>
    /// <exception cref="FormatException">A block is freed that was not taken, or the results are not one.</exception>
    public static KernelScript OfNumbers(IReadOnlyList<long> numbers)
    {
        var script = new KernelScript();
        var live = new HashSet<long>();
        foreach (var number in numbers)
        {
            if (number > 0)
                live.Add(script.Allocate(number));
            else if (number == 0)
                script.Result();
            else if (live.Remove(-1 - number))
                script.Free((int)(-1 - number));
            else
                throw new FormatException($"block {-1 - number} is freed, but not taken");
        }
        return numbers.Count(n => n == 0) == 1 && live.Count == 0
            ? script
            : throw new FormatException("a script has one result and frees all else that it takes");
    }

    /// <summary>The result is taken here.</summary>
    /// <param name="size">Its bytes where they are not those of its elements, as in padded form; null for those.</param>
    public KernelScript Result(long? size = null)
    {
        steps.Add(new(StepKind.Result, size ?? 0, 0));
        return this;
    }

    /// <summary>A block is taken.</summary>
    /// <returns>Its number, for <see cref="Free"/>.</returns>
    public int Allocate(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        sizes.Add(size);
        steps.Add(new(StepKind.Allocate, size, sizes.Count - 1));
        return sizes.Count - 1;
    }

    /// <summary>A block is given back.</summary>
    public KernelScript Free(int block)
    {
        steps.Add(new(StepKind.Free, sizes[block], block));
        return this;
    }

    /// <summary>Blocks are taken, in order, and given back, the last one first; 0 bytes are no block.</summary>
    public KernelScript Scratch(params ReadOnlySpan<long> blocks)
    {
        var first = sizes.Count;
        foreach (var size in blocks)
        {
            if (size > 0)
                Allocate(size);
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
    Allocate,
    Free,
    Keep,
}

/// <summary>One step of a <see cref="KernelScript"/>.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Size">Bytes; of a result, 0 for those of its elements.</param>
/// <param name="Block">The block taken or freed, numbered within the script.</param>
/// <param name="Name">Of what is kept.</param>
public readonly record struct KernelStep(StepKind Kind, long Size, int Block, string? Name = null);
