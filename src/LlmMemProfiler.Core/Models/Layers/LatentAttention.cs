namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>Attention whose keys and values are made from a narrow vector, which is all that is kept of a token.</summary>
/// <remarks>DeepSeek-AI (2024), DeepSeek-V2; the indexer: DeepSeek-AI (2025), DeepSeek-V3.2.</remarks>
public sealed record LatentAttention : Sublayer
{
    public required int Heads { get; init; }

    /// <summary>Width of what keys and values are made from, kv_lora_rank.</summary>
    public required int KvRank { get; init; }

    /// <summary>Elements of a query's and a key's head that are not rotated.</summary>
    public required int PlainDim { get; init; }

    /// <summary>Elements that are; the key's are shared by all heads.</summary>
    public required int RotaryDim { get; init; }

    /// <summary>Width of a value's head.</summary>
    public required int ValueDim { get; init; }

    /// <summary>From the hidden state to the queries: one layer, or two with a norm between them.</summary>
    public required Sequence<Linear> Queries { get; init; }

    public Norm? QueryNorm { get; init; }

    /// <summary>From the hidden state to what is kept: [kv_rank + rotary_dim].</summary>
    public required Linear Compress { get; init; }

    public required Norm KeptNorm { get; init; }

    /// <summary>From what is kept to the keys and values of all heads.</summary>
    public required Linear Expand { get; init; }

    public required Linear Output { get; init; }

    public Rotary? Positions { get; init; }

    public double? ScoreScale { get; init; }

    /// <summary>How queries grow with their position; null if they don't.</summary>
    public QueryTemperature? Temperature { get; init; }

    /// <summary>What picks the tokens that are attended to; null if all are, or another layer picks them.</summary>
    public Indexer? Indexer { get; init; }

    /// <summary>The layer whose indexer picks the tokens; null for its own, or none.</summary>
    public int? PicksOf { get; init; }

    internal override IEnumerable<Weight> Weights =>
    [
        .. Queries[0].Weights, .. QueryNorm?.Weights ?? [], .. Queries.Skip(1).SelectMany(query => query.Weights),
        .. Compress.Weights, .. KeptNorm.Weights, .. Expand.Weights, .. Output.Weights, .. Indexer?.Weights ?? [],
    ];

    internal override CachedTokens Cached => new((long)KvRank + RotaryDim + (Indexer?.HeadDim ?? 0), null);
}

/// <summary>Scores all tokens cheaply and picks the best ones to attend to.</summary>
/// <param name="Heads">Its query heads; there is one key.</param>
/// <param name="HeadDim">Width of a head.</param>
/// <param name="Picked">Tokens that are attended to.</param>
/// <param name="Layers">Its linear layers.</param>
/// <param name="KeyNorm">Norm of the keys.</param>
/// <param name="Positions">Rotates the first elements of its queries and keys.</param>
public sealed record Indexer(int Heads, int HeadDim, int Picked, Sequence<Linear> Layers, Norm KeyNorm, Rotary Positions)
{
    internal IEnumerable<Weight> Weights => [.. Layers.SelectMany(layer => layer.Weights), .. KeyNorm.Weights];
}
