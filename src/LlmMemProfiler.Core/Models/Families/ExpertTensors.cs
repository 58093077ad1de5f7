using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>The tensors of experts, in the forms in which checkpoints keep them.</summary>
internal static class ExpertTensors
{
    /// <summary>Gate, up and down of each expert: 'NAME0.gate_proj.weight' [f, d].</summary>
    /// <param name="name">Stands before an expert's number.</param>
    /// <param name="count">Experts.</param>
    /// <param name="d">Width of what they read and write.</param>
    /// <param name="width">Width of one expert, f.</param>
    /// <param name="parts">What the checkpoint calls gate, up and down; without a gate, up and down.</param>
    public static Sequence<Weight> Each(string name, int count, long d, long width, params string[] parts) =>
    [
        .. from expert in Enumerable.Range(0, count)
           from part in parts.Index()
           let isDown = part.Index == parts.Length - 1
           select new Weight($"{name}{expert}.{part.Item}.weight", TensorRole.LinearWeight, isDown ? [d, width] : [width, d]),
    ];

    /// <summary>All experts in two tensors: gate and up [E, 2 f, d], down [E, d, f].</summary>
    public static Sequence<Weight> Stacked(string gateUp, string down, int count, long d, long width, bool isTransposed = false) =>
    [
        new(gateUp, TensorRole.LinearWeight, [count, 2 * width, d]) { IsTransposed = isTransposed },
        new(down, TensorRole.LinearWeight, [count, d, width]) { IsTransposed = isTransposed },
    ];
}
