using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>What a block does with its normed input.</summary>
public abstract record Sublayer
{
    internal abstract IEnumerable<Weight> Weights { get; }

    /// <summary>Itself, or the sublayers that it consists of.</summary>
    internal virtual IEnumerable<Sublayer> Parts => [this];

    /// <summary>What it keeps of every token; null if nothing.</summary>
    internal virtual CachedTokens? Cached => null;

    /// <summary>What it keeps of a sequence, however long.</summary>
    internal virtual Sequence<KeptState> States => [];

    /// <summary>Weights that a token does not pass through: experts that are not chosen for it.</summary>
    internal virtual long IdleParameters => 0;
}

/// <summary>What a layer keeps of the tokens that it has seen.</summary>
/// <param name="Elements">Of one token.</param>
/// <param name="Window">The most tokens that are attended to, the present one included; null if all are.</param>
/// <param name="IsChunked">True if the window starts at a multiple of its length, and does not slide.</param>
public sealed record CachedTokens(long Elements, int? Window, bool IsChunked = false)
{
    /// <summary>The window, if it slides.</summary>
    internal int? Sliding => IsChunked ? null : Window;

    /// <summary>Tokens of a sequence that a layer keeps at least: those that the next one may attend to besides itself.</summary>
    public long Least(long length) => Math.Min(length, (Window ?? int.MaxValue) - 1L);
}

/// <summary>A state of constant size.</summary>
/// <param name="Elements">Of one sequence.</param>
/// <param name="Type">Its type; null for the compute type.</param>
public sealed record KeptState(long Elements, DataType? Type);
