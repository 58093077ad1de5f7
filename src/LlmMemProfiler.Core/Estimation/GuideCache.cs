using System.Globalization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>What the guide's cache, keys and values as wide as the hidden state in each layer, means for models that keep others.</summary>
public static class GuideCache
{
    /// <returns>How far it is off, and why; null where it is right, or nothing is kept.</returns>
    public static string? Note(ModelSpec model, Workload workload)
    {
        var assumed = 2L * model.DModel;
        // Of a token, on average over the sequence.
        var left = model.Sublayers.Select(sublayer => sublayer.Cached).OfType<CachedTokens>()
            .Sum(layer => (double)layer.Elements * (workload.Length - workload.Kept(layer.Sliding)) / workload.Length);
        var kept = model.CachedElements - left;
        return kept == 0 || kept == assumed * model.Layers ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"guide's cache: 2 x d_model = {assumed:N0} elements for each layer and token, {(double)assumed * model.Layers / kept:0.##} times what this model keeps ({string.Join(", ", Reasons(model, workload))})");
    }

    private static IEnumerable<string> Reasons(ModelSpec model, Workload workload)
    {
        var attentions = model.Sublayers.OfType<Attention>().ToList();
        if (model.Sublayers.OfType<LatentAttention>().Any())
            yield return "latent attention";
        if (attentions.Any(attention => attention.KvHeads < attention.Heads))
            yield return "grouped heads";
        if (attentions.Any(attention => attention.QueryWidth != model.DModel))
            yield return "heads of another width";
        if (model.Sublayers.Any(sublayer => workload.Kept(sublayer.Cached?.Sliding) < workload.Length))
            yield return "windows that bound it";
        if (attentions.Any(attention => attention.KeysOf is not null))
            yield return "layers that share a cache";
        else if (model.Sublayers.Count(sublayer => sublayer.Cached is not null) < model.Layers)
            yield return "layers without a cache";
    }
}
