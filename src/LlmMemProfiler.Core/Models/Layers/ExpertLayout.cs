namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>In which tensors a checkpoint keeps the linear layers of experts.</summary>
public enum ExpertLayout
{
    /// <summary>Each expert its own: gate, up and down of the first, then those of the second.</summary>
    Each,

    /// <summary>All experts in one: gate and up [E, 2 f, d], gate first, then down [E, d, f].</summary>
    Stacked,

    /// <summary>The same, with the rows of gate and up in turn.</summary>
    StackedInTurn,

    /// <summary>All experts below each other: gate, up and the transposed down, each [E f, d].</summary>
    Rows,
}
