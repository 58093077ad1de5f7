namespace LlmMemProfiler.Core.Allocation;

/// <summary>What was being computed when an allocation happened: one member an allocating operation of the model.</summary>
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

    /// <summary>A library takes a workspace at its first use and keeps it: no tensor, although it outlives the operation around it.</summary>
    KeepWorkspace,
}
