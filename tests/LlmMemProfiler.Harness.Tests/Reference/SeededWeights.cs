using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>
/// Weights so large that each part of a model counts: scores differ from token to token, positions matter, and no bias or norm is near
/// to doing nothing.
/// </summary>
internal sealed class SeededWeights
{
    private readonly Dictionary<string, float[]> all;

    public SeededWeights(ModelSpec model, int seed)
    {
        var tensors = TensorTable.For(model, new Workload { Type = DataType.Float32, Prompt = 1, NewTokens = 1, Cache = CachePolicy.Concat }).Tensors;
        var fromOne = NormsFromOne(model).ToHashSet();
        all = tensors.Where(tensor => tensor.Part == Part.Weights)
            .ToDictionary(tensor => tensor.Name, tensor => Elements(tensor, seed, fromOne.Contains(tensor.Name)));
    }

    public float[] this[string name] => all[name];

    private static float[] Elements(TensorSpec tensor, int seed, bool isFromOne)
    {
        var random = new Random(tensor.Name.Aggregate(seed, (hash, letter) => unchecked((hash * 31) + letter)));
        var (mean, deviation) = tensor.Role switch
        {
            TensorRole.NormWeight => (isFromOne ? 0 : 1, 0.2),
            TensorRole.Bias => (0, 0.2),
            TensorRole.LinearWeight => (0, 1 / Math.Sqrt(tensor.Shape[^1])),
            _ => (0, 0.15),
        };
        return [.. Enumerable.Range(0, checked((int)tensor.Elements)).Select(_ => (float)(mean + (deviation * Normal(random))))];
    }

    /// <summary>Weights that one is added to.</summary>
    private static IEnumerable<string> NormsFromOne(ModelSpec model) =>
        from norm in model.Blocks.SelectMany(block => block.Branches).SelectMany(Norms).Append(model.FinalNorm).OfType<Norm>()
        where norm.Kind is NormKind.RmsNormFromOne or NormKind.LayerNormFromOne
        select $"{norm.Name}.{norm.WeightName}";

    private static IEnumerable<Norm?> Norms(Branch branch) =>
        [branch.Before, branch.After, (branch.Sublayer as Attention)?.QueryNorm, (branch.Sublayer as Attention)?.KeyNorm];

    /// <remarks>Irwin and Hall: twelve uniform numbers have a variance of 1.</remarks>
    private static double Normal(Random random) => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
}
