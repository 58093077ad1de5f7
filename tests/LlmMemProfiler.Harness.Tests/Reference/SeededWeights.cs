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
        all = tensors.Where(tensor => tensor.Part == Part.Weights).ToDictionary(tensor => tensor.Name, tensor => Elements(tensor, seed));
    }

    public float[] this[string name] => all[name];

    private static float[] Elements(TensorSpec tensor, int seed)
    {
        var random = new Random(tensor.Name.Aggregate(seed, (hash, letter) => unchecked((hash * 31) + letter)));
        var (mean, deviation) = tensor.Role switch
        {
            TensorRole.NormWeight => (1, 0.2),
            TensorRole.Bias => (0, 0.2),
            TensorRole.LinearWeight => (0, 1 / Math.Sqrt(tensor.Shape[^1])),
            _ => (0, 0.15),
        };
        return [.. Enumerable.Range(0, checked((int)tensor.Elements)).Select(_ => (float)(mean + (deviation * Normal(random))))];
    }

    /// <remarks>Irwin and Hall: twelve uniform numbers have a variance of 1.</remarks>
    private static double Normal(Random random) => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6;
}
