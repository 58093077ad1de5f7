namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>A linear layer: weight [out, in], bias [out].</summary>
/// <param name="Name">Its tensors are 'NAME.weight' and 'NAME.bias'.</param>
/// <param name="Inputs">Width of its input.</param>
/// <param name="Outputs">Width of its output.</param>
/// <param name="HasBias">True if it has a bias.</param>
public sealed record Linear(string Name, long Inputs, long Outputs, bool HasBias = false)
{
    /// <summary>True if the checkpoint keeps the weight as [in, out], like GPT-2's <c>Conv1D</c>.</summary>
    public bool IsTransposed { get; init; }

    /// <summary>True if the code multiplies by a parameter, and has no linear layer that a tool could quantize, like DeepSeek's routers.</summary>
    public bool IsParameter { get; init; }

    internal IEnumerable<Weight> Weights
    {
        get
        {
            yield return new(Name + ".weight", TensorRole.LinearWeight, [Outputs, Inputs]) { IsTransposed = IsTransposed };
            if (HasBias)
                yield return new(Name + ".bias", TensorRole.Bias, [Outputs]);
        }
    }
}
