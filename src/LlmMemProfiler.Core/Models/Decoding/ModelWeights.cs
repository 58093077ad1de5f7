using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>Weights of a linear layer or an embedding.</summary>
/// <param name="Weight">[out, in].</param>
/// <param name="Scale">[out, 1] if <paramref name="Weight"/> is INT8.</param>
/// <param name="Bias">[out], or null.</param>
public sealed record LinearWeights<TTensor>(TTensor Weight, TTensor? Scale, TTensor? Bias)
    where TTensor : class, IDisposable;

/// <summary>Weights of a LayerNorm, [d] each.</summary>
public sealed record NormWeights<TTensor>(TTensor Weight, TTensor Bias, double Epsilon);

/// <summary>One block, and its weights.</summary>
public sealed record BlockWeights<TTensor>(
    Attention Attention,
    NormWeights<TTensor> AttentionNorm,
    LinearWeights<TTensor> QueryKeyValue,
    LinearWeights<TTensor> AttentionOutput,
    NormWeights<TTensor> FeedForwardNorm,
    LinearWeights<TTensor> Up,
    LinearWeights<TTensor> Down)
    where TTensor : class, IDisposable;

/// <summary>All weights of a model.</summary>
public sealed record ModelWeights<TTensor>(
    LinearWeights<TTensor> TokenEmbedding,
    TTensor Positions,
    IReadOnlyList<BlockWeights<TTensor>> Blocks,
    NormWeights<TTensor>? FinalNorm,
    LinearWeights<TTensor> Output)
    where TTensor : class, IDisposable;
