using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Core.Shapes.Kernels;

/// <summary>
/// Memory operations of a kernel, in order: its result, scratch blocks, and workspaces that a library allocates
/// on first use and keeps.
/// </summary>
public sealed class KernelScript
{
    private readonly List<KernelStep> steps = [];
    private readonly List<long> sizes = [];

    /// <summary>A kernel that allocates only its result.</summary>
    public static KernelScript ResultOnly { get; } = new KernelScript().Result();

    /// <summary>A kernel that works in place and allocates nothing.</summary>
    public static KernelScript Nothing { get; } = new();

    /// <summary>A span, to go through them without garbage.</summary>
    public ReadOnlySpan<KernelStep> Steps => CollectionsMarshal.AsSpan(steps);

    /// <summary>The script of an observed kernel: the one block that it did not free is its result.</summary>
    /// <exception cref="TraceException">It freed an unknown block, or did not leave exactly one.</exception>
    public static KernelScript Observed(IReadOnlyList<AllocationEvent> events)
    {
        var left = new HashSet<ulong>();
        foreach (var e in events)
        {
            if (!(e.Size > 0 ? left.Add(e.Block) : left.Remove(e.Block)))
                throw new TraceException($"a kernel allocates or frees block {e.Block:x} twice");
        }
        if (left.Count != 1)
            throw new TraceException($"a kernel leaves {left.Count} blocks, expected one result");

        // An address may be reused, first for scratch and then for the result: the result is its last use.
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

    /// <summary>The script as numbers: bytes of an allocation, 0 for the result, and −1 − block number for a free.</summary>
    /// <exception cref="InvalidOperationException">The script has a persistent workspace.</exception>
    public IReadOnlyList<long> ToNumbers() => [.. steps.Select(s => s.Kind switch
    {
        StepKind.Allocate => s.Size,
        StepKind.Result => 0,
        StepKind.Free => -1L - s.Block,
        _ => throw new InvalidOperationException("a persistent workspace is not scratch"),
    })];

    /// <summary>The reverse of <see cref="ToNumbers"/>.</summary>
    /// <exception cref="FormatException">An unknown block is freed, or there is not exactly one result.</exception>
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
                throw new FormatException($"block {-1 - number} is freed, but not allocated");
        }
        return numbers.Count(n => n == 0) == 1 && live.Count == 0
            ? script
            : throw new FormatException("a script must have one result and free everything else");
    }

    /// <summary>Allocates the result.</summary>
    /// <param name="size">Bytes if different from its elements, as when padded; otherwise null.</param>
    public KernelScript Result(long? size = null)
    {
        steps.Add(new(StepKind.Result, size ?? 0, 0));
        return this;
    }

    /// <summary>Allocates a block.</summary>
    /// <returns>Its number, for <see cref="Free"/>.</returns>
    public int Allocate(long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        sizes.Add(size);
        steps.Add(new(StepKind.Allocate, size, sizes.Count - 1));
        return sizes.Count - 1;
    }

    /// <summary>Frees a block.</summary>
    public KernelScript Free(int block)
    {
        steps.Add(new(StepKind.Free, sizes[block], block));
        return this;
    }

    /// <summary>Allocates blocks in order and frees them in reverse; 0 bytes are skipped.</summary>
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

    /// <summary>A library workspace: allocated on first use in a process and kept until it ends.</summary>
    /// <param name="name">Name of the workspace.</param>
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
/// <param name="Size">Bytes; for a result, 0 means those of its elements.</param>
/// <param name="Block">The block allocated or freed, numbered within the script.</param>
/// <param name="Name">Name of a kept workspace.</param>
public readonly record struct KernelStep(StepKind Kind, long Size, int Block, string? Name = null);
