using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>A router that reads the hidden state through a norm of its own, times a vector and 1 / √d; and a factor for what each expert gives.</summary>
/// <param name="norm">The norm.</param>
/// <param name="vectors">[d], then [experts].</param>
/// <param name="parts">What it is assembled from.</param>
/// <remarks>transformers, <c>models/gemma4/modeling_gemma4.py</c>, <c>Gemma4TextRouter</c>.</remarks>
internal sealed class RouterScaling<TTensor>(Norm norm, Sequence<Weight> vectors, Assembly<TTensor> parts)
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops = parts.Ops;
    private readonly NormLayer<TTensor> layer = parts.Norm(norm);
    private readonly TTensor gains = parts.Tensor(vectors[0].Name), factors = parts.Tensor(vectors[1].Name);

    /// <summary>What the router reads, [n, d].</summary>
    public TTensor Input(TTensor before)
    {
        var rows = layer.Forward(before);
        ops.Multiply(rows, gains);
        ops.Scale(rows, 1 / Math.Sqrt(norm.Width));
        return rows;
    }

    /// <summary>Multiplies the weights of the picked experts by their factors, in place: [n, k], [n, k].</summary>
    public void Weigh(TTensor weights, TTensor picks)
    {
        using var column = ops.InRowsOf(factors, 1);
        using var numbers = ops.Flatten(picks);
        using var picked = ops.SelectRows(column, numbers);
        using var rows = ops.InRowsOf(weights, 1);
        ops.Multiply(rows, picked);
    }
}
