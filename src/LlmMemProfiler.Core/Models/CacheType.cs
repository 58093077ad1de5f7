using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models;

/// <summary>How keys, or values, are kept.</summary>
/// <param name="Stored">Type of their elements.</param>
/// <param name="Computed">Type that attention computes in, and of the scales.</param>
public readonly record struct CacheType(DataType Stored, DataType Computed)
{
    /// <summary>True if each head of each token has a scale, which its elements are multiples of.</summary>
    public bool IsQuantized => Stored.Largest() is not null;

    /// <summary>Bytes of the scale of one head of one token; 0 if there is none.</summary>
    public ByteSize Scale => IsQuantized ? new(Computed.Bytes()) : ByteSize.Zero;

    /// <summary>Bytes of one head of one token, with its scale.</summary>
    /// <param name="width">Elements of a head.</param>
    public ByteSize SizeOf(long width) => (new ByteSize(Stored.Bytes()) * width) + Scale;
}
