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
}
