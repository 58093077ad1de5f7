namespace LlmMemProfiler.Core.Allocation;

/// <summary>The operation in progress at an allocation: one value per allocating operation of the model.</summary>
public enum Operation
{
    None,
    Zeros,
    Embedding,
    AddPositions,
    LayerNorm,
    Linear,
    Gelu,
    Add,
    CausalMask,
    FusedAttention,
    Scores,
    Scale,
    AddMask,
    Softmax,
    WeightedSum,
    MergeHeads,
    RepeatHeads,
    Concatenate,
    Flatten,
    WriteCache,
    ArgMax,
    WriteTokens,
    Cast,
    MultiplyScales,
    RmsNorm,
    Rotate,
    Silu,
    Relu,
    Multiply,

    /// <summary>A library workspace, allocated on first use and kept: not a tensor, although it outlives its operation.</summary>
    KeepWorkspace,
}
