namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>What a layer with a state of constant size computes.</summary>
public enum StateSpaceKind
{
    /// <summary>Gu and Dao (2023), Mamba.</summary>
    Mamba,

    /// <summary>Dao and Gu (2024), Transformers are SSMs.</summary>
    Mamba2,

    /// <summary>Yang et al. (2024), Gated Delta Networks.</summary>
    GatedDelta,

    /// <summary>Peng et al. (2024), Eagle and Finch: the time mix.</summary>
    Rwkv,

    /// <summary>The same paper: the channel mix.</summary>
    RwkvChannelMix,

    /// <summary>Liquid AI (2025), LFM2: a gated convolution over a few tokens.</summary>
    ShortConvolution,

    /// <summary>Qin et al. (2024), Lightning Attention-2: linear attention whose heads forget at fixed rates.</summary>
    Lightning,
}

/// <summary>A layer that keeps a state of constant size instead of its tokens.</summary>
/// <param name="Kind">What it computes.</param>
/// <param name="Tensors">Its tensors, in order.</param>
/// <param name="Kept">What it keeps of one sequence.</param>
public sealed record StateSpace(StateSpaceKind Kind, Sequence<Weight> Tensors, Sequence<KeptState> Kept) : Sublayer
{
    internal override IEnumerable<Weight> Weights => Tensors;

    internal override Sequence<KeptState> States => Kept;
}
