namespace LlmMemProfiler.Core.Models;

/// <summary>Where heads are in the rows of a projection.</summary>
/// <param name="First">Column of the first element of the first head.</param>
/// <param name="Heads">Number of heads.</param>
/// <param name="HeadDim">Elements of a head.</param>
/// <param name="Stride">Columns from one head to the next.</param>
public readonly record struct HeadColumns(long First, long Heads, long HeadDim, long Stride)
{
    /// <summary>Heads side by side.</summary>
    public HeadColumns(long first, long heads, long headDim)
        : this(first, heads, headDim, headDim) { }

    /// <summary>The column after the last element of the last head.</summary>
    internal long End => First + ((Heads - 1) * Stride) + HeadDim;
}
