using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>vLLM's table of rotations, which it keeps beside the weights and counts among them: cosines and sines of every position.</summary>
/// <remarks>vLLM 0.11, <c>model_executor/layers/rotary_embedding/base.py</c>: [positions, rotary width] in the type of the weights.</remarks>
public static class RotaryTable
{
    /// <summary>Scalings that leave the table's length as it is.</summary>
    private static readonly string[] KeepLength = ["default", "llama3"];

    /// <summary>Its size; zero without rotary positions.</summary>
    /// <param name="model">The model.</param>
    /// <param name="type">Type of the weights.</param>
    /// <returns>Null where a scaling makes it longer, in a way that is not told here.</returns>
    /// <exception cref="OverflowException">The size does not fit 64 bits.</exception>
    public static ByteSize? Size(ModelSpec model, DataType type)
    {
        var kinds = model.Rotaries.ToList();
        return kinds.TrueForAll(rotary => rotary.Scaling is null || KeepLength.Contains(rotary.Scaling.Kind))
            ? kinds.Aggregate(ByteSize.Zero, (sum, rotary) => sum + (new ByteSize(type.Bytes()) * model.Positions * rotary.Width))
            : null;
    }
}
