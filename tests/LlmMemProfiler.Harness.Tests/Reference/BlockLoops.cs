using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>One block: how its branches join the hidden state.</summary>
/// <param name="weights">The model's weights.</param>
/// <param name="norms">Its norms.</param>
/// <param name="rotations">Its rotations.</param>
/// <param name="isLookedUp">True for llama.cpp's GELU.</param>
/// <param name="layerInputs">[layers][positions][width], or null.</param>
/// <param name="kept">How keys and values are kept.</param>
internal sealed class BlockLoops(WeightLoops weights, NormLoops norms, Rotations rotations, bool isLookedUp, double[][][]? layerInputs, KeptLoops kept)
{
    private readonly AttentionLoops attention = new(weights, norms, rotations, kept);
    private readonly LatentLoops latent = new(weights, norms, rotations, kept);
    private readonly FeedForwardLoops feedForward = new(weights, isLookedUp);
    private readonly ExpertLoops experts = new(weights, norms, new(weights, isLookedUp));

    public double[][] Of(DecoderBlock block, double[][] x, int layer)
    {
        var input = x;
        var shared = norms.Of(block.Branches[0].Before, input);
        foreach (var branch in block.Branches)
        {
            var read = block.Residual switch
            {
                Residual.Sequential => norms.Of(branch.Before, x),
                Residual.Parallel => norms.Of(branch.Before, input),
                Residual.SharedNorm => shared,
                _ => throw new ArgumentOutOfRangeException(nameof(block), block.Residual, "not a way to join"),
            };
            var output = Of(branch.Sublayer, read, block.Residual == Residual.Sequential ? x : input, layer);
            var carried = (branch.AddsToNormed ? read : x).Times(branch.ResidualScale);
            x = norms.Of(branch.AfterSum, carried.Plus(norms.Of(branch.After, output).Times(branch.Scale)));
        }
        return block.OutputScale.Count > 0 ? x.Times(weights.All(block.OutputScale[0].Name)[0]) : x;
    }

    /// <param name="sublayer">The sublayer.</param>
    /// <param name="rows">Its input.</param>
    /// <param name="before">The same before its norm.</param>
    /// <param name="layer">The layer that it stands in.</param>
    private double[][] Of(Sublayer sublayer, double[][] rows, double[][] before, int layer) => sublayer switch
    {
        Attention softmax => attention.Of(softmax, rows, layer),
        LatentAttention narrow => latent.Of(narrow, rows),
        FeedForward dense => feedForward.Of(dense, rows),
        Experts routed => experts.Of(routed, rows, before),
        Projection projection => weights.Linear(projection.Layer, rows),
        PerLayerInput input => weights.Linear(input.Projection, [.. weights.Linear(input.Gate, rows)
            .Zip(layerInputs![layer], (gate, vector) => feedForward.Activated(gate, input.Activation).Times(vector))]),
        SideBySide parts => parts.Branches
            .Select(part => norms.Of(part.After, Of(part.Sublayer, norms.Of(part.Before, rows), rows, layer)).Times(part.Scale))
            .Aggregate(Loops.Plus),
        _ => throw new NotSupportedException($"a {sublayer.GetType().Name}"),
    };
}
