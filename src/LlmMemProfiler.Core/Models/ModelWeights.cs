namespace LlmMemProfiler.Core.Models;

/// <summary>Weights of a linear layer or an embedding.</summary>
/// <param name="Weight">[out, in].</param>
/// <param name="Scale">[out, 1] if <paramref name="Weight"/> is INT8.</param>
/// <param name="Bias">[out], or null.</param>
public sealed record LinearWeights<TTensor>(TTensor Weight, TTensor? Scale, TTensor? Bias)
    where TTensor : class, IDisposable;

/// <summary>Weights of a LayerNorm, [d] each.</summary>
public sealed record NormWeights<TTensor>(TTensor Weight, TTensor Bias);

/// <summary>The weights of one block.</summary>
public sealed record BlockWeights<TTensor>(
    NormWeights<TTensor> AttentionNorm,
    LinearWeights<TTensor> QueryKeyValue,
    LinearWeights<TTensor> AttentionOutput,
    NormWeights<TTensor> FeedForwardNorm,
    LinearWeights<TTensor> Up,
    LinearWeights<TTensor> Down)
    where TTensor : class, IDisposable;

/// <summary>All weights of a model.</summary>
public sealed record ModelWeights<TTensor>(
    LinearWeights<TTensor> TokenEmbedding,
    TTensor Positions,
    IReadOnlyList<BlockWeights<TTensor>> Blocks,
    NormWeights<TTensor>? FinalNorm,
    LinearWeights<TTensor> Output)
    where TTensor : class, IDisposable;

public static class ModelWeights
{
    /// <summary>Collects the weights from the tensors of a <see cref="TensorTable"/>.</summary>
    public static ModelWeights<TTensor> From<TTensor>(ModelSpec model, IReadOnlyDictionary<string, TTensor> tensors)
        where TTensor : class, IDisposable
    {
        var tokens = Linear("wte");
        return new ModelWeights<TTensor>(
            tokens,
            tensors["wpe.weight"],
            [.. Enumerable.Range(0, model.Layers).Select(layer => Block($"h.{layer}."))],
            model.FinalNorm ? Norm("ln_f") : null,
            model.TiedOutput ? tokens : Linear("lm_head"));

        BlockWeights<TTensor> Block(string h) => new(
            Norm(h + "ln_1"),
            Linear(h + "attn.c_attn"),
            Linear(h + "attn.c_proj"),
            Norm(h + "ln_2"),
            Linear(h + "mlp.c_fc"),
            Linear(h + "mlp.c_proj"));

        NormWeights<TTensor> Norm(string name) => new(tensors[name + ".weight"], tensors[name + ".bias"]);

        LinearWeights<TTensor> Linear(string name) => new(
            tensors[name + ".weight"],
            tensors.GetValueOrDefault(name + ".weight.scale"),
            tensors.GetValueOrDefault(name + ".bias"));
    }
}
