using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>A sublayer with its weights.</summary>
internal abstract class LoadedSublayer<TTensor>
    where TTensor : class, IDisposable
{
    /// <summary>Runs it on the rows of a pass.</summary>
    /// <param name="input">[B·T, d]; disposed as soon as it is no longer needed.</param>
    /// <param name="pass">The pass.</param>
    /// <returns>[B·T, d].</returns>
    public abstract TTensor Forward(TTensor input, Pass<TTensor> pass);

    /// <summary>The same, for a sublayer that also reads the rows from before its norm.</summary>
    /// <param name="input">[B·T, d]; disposed.</param>
    /// <param name="before">[B·T, d].</param>
    /// <param name="pass">The pass.</param>
    /// <returns>[B·T, d].</returns>
    public virtual TTensor Forward(TTensor input, TTensor before, Pass<TTensor> pass) => Forward(input, pass);

    /// <summary>Finds the weights of a sublayer of any <see cref="Unexecuted">executed</see> kind.</summary>
    /// <param name="sublayer">The sublayer.</param>
    /// <param name="layer">Number of its block.</param>
    /// <param name="parts">What it is assembled from.</param>
    public static LoadedSublayer<TTensor> Of(Sublayer sublayer, int layer, Assembly<TTensor> parts) => sublayer switch
    {
        Attention attention => new AttentionLayer<TTensor>(attention, layer, parts),
        LatentAttention attention => new LatentAttentionLayer<TTensor>(attention, layer, parts),
        Experts experts => new ExpertsLayer<TTensor>(experts, parts),
        FeedForward feedForward => new FeedForwardLayer<TTensor>(feedForward, parts),
        Projection projection => new ProjectionLayer<TTensor>(projection, parts),
        SideBySide sublayers => new SideBySideLayer<TTensor>(sublayers, layer, parts),
        PerLayerInput input => new PerLayerInputLayer<TTensor>(input, layer, parts),
        _ => throw new ArgumentOutOfRangeException(nameof(sublayer), sublayer, "not an executed sublayer"),
    };
}
