namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>Softmax attention over the tokens before.</summary>
/// <remarks>Vaswani et al. (2017); grouped heads: Ainslie et al. (2023), GQA.</remarks>
public sealed record Attention : Sublayer
{
    /// <summary>Query heads, h.</summary>
    public required int Heads { get; init; }

    /// <summary>Key/value heads; fewer than <see cref="Heads"/> with grouped queries.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Width of a head of queries and keys.</summary>
    public required int HeadDim { get; init; }

    /// <summary>How queries, keys and values are made.</summary>
    public required Sequence<Linear> Projections { get; init; }

    /// <summary>Which of them <see cref="Projections"/> stand for.</summary>
    public required ProjectionLayout Layout { get; init; }

    public required Linear Output { get; init; }

    /// <summary>Norm of the queries, per head or over all.</summary>
    public Norm? QueryNorm { get; init; }

    public Norm? KeyNorm { get; init; }

    public Norm? ValueNorm { get; init; }

    /// <summary>True if <see cref="QueryNorm"/> and <see cref="KeyNorm"/> come after the rotation, as in Llama 4.</summary>
    public bool IsRotatedFirst { get; init; }

    /// <summary>Projected queries, keys and values are bounded to ± it.</summary>
    public double? ProjectionLimit { get; init; }

    /// <summary>True if <see cref="ProjectionLimit"/> bounds what has been normed, as in OLMoE.</summary>
    public bool IsLimitedLast { get; init; }

    /// <summary>How queries grow with their position; null if they don't.</summary>
    public QueryTemperature? Temperature { get; init; }

    /// <summary>How positions enter the scores; null if they don't.</summary>
    public ScorePositions? Positions { get; init; }

    /// <summary>The most tokens attended to, the present one included; null for all.</summary>
    public int? Window { get; init; }

    /// <summary>True if the window starts at a multiple of its length, and does not slide.</summary>
    public bool IsChunked { get; init; }

    /// <summary>True if the tokens of a prompt see each other, those that come after them too, as in a prefix language model.</summary>
    public bool SeesPrompt { get; init; }

    /// <summary>Scores are multiplied by it; null for 1 / √head_dim.</summary>
    public double? ScoreScale { get; init; }

    /// <summary>Scores are bounded to it by tanh.</summary>
    public double? ScoreCap { get; init; }

    /// <summary>Queries at positions beyond it are multiplied by log(position) / log(it).</summary>
    public int? QueryLogLength { get; init; }

    /// <summary>Queries are made twice as wide; the second half gates the output.</summary>
    public bool IsGated { get; init; }

    /// <summary>The layer whose keys and values are attended to; null for its own.</summary>
    public int? KeysOf { get; init; }

    /// <summary>One learned number a head.</summary>
    public Sequence<Weight> Sinks { get; init; } = [];

    /// <summary>Width of the queries of all heads.</summary>
    public long QueryWidth => (long)Heads * HeadDim;

    /// <summary>Width of the keys, or values, of one position: kv_heads × head_dim.</summary>
    public long KvWidth => (long)KvHeads * HeadDim;

    internal override IEnumerable<Weight> Weights =>
    [
        .. Projections.SelectMany(projection => projection.Weights), .. QueryNorm?.Weights ?? [], .. KeyNorm?.Weights ?? [],
        .. ValueNorm?.Weights ?? [], .. Sinks, .. Output.Weights,
    ];

    internal override CachedTokens? Cached => KeysOf is null ? new(2 * KvWidth, Window, IsChunked) : null;
}

/// <summary>What the projections of an attention are.</summary>
public enum ProjectionLayout
{
    /// <summary>One for queries, one for keys, one for values.</summary>
    Separate,

    /// <summary>One for all: the queries of all heads, then their keys, then their values.</summary>
    Fused,

    /// <summary>One for all, group by group: a group's queries, its key, its value.</summary>
    FusedByGroup,

    /// <summary>One for all, in four parts: a quarter of the queries, then of the values, then of the keys, as CodeGen was trained.</summary>
    FusedInFours,

    /// <summary>One for queries, one for keys, which are the values too.</summary>
    SharedKeyValue,

    /// <summary>One for queries; keys and values are another layer's.</summary>
    QueriesOnly,

    /// <summary>One for queries, one for keys and values.</summary>
    QueriesThenKeyValue,
}
