using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>The narrow vector of each layer and token, beside the hidden state.</summary>
/// <remarks>Google DeepMind (2025), Gemma 3n.</remarks>
internal static class LayerInputs
{
    /// <returns>[layers][positions][width].</returns>
    public static double[][][] Of(PerLayerInputs inputs, WeightLoops weights, NormLoops norms, IReadOnlyList<int> ids, double[][] embedded)
    {
        var width = (int)inputs.Norm.Width;
        var fromTokens = ids.Select(id => weights.Row(inputs.Tokens, id)).ToArray().Times(Math.Sqrt(width));
        var fromState = norms.Of(inputs.Norm, weights.Linear(inputs.Projection, embedded).Times(1 / Math.Sqrt(embedded[0].Length)));
        return fromTokens.Plus(fromState).Times(1 / Math.Sqrt(2)).InParts(width);
    }
}
