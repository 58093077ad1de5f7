using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>
/// Latent attention with its weights. Kept of a token are the narrow vector, normed, and the rotated part of its key; in each pass the
/// keys and values of all tokens are made anew from them.
/// </summary>
/// <remarks>
/// The arithmetic of transformers' <c>DeepseekV3Attention</c> with <c>eager_attention_forward</c>; what is kept is as in DeepSeek's own code
/// and vLLM.
/// </remarks>
internal sealed class LatentAttentionLayer<TTensor> : LoadedSublayer<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly KvCache<TTensor> cache;
    private readonly LatentAttention attention;
    private readonly long batch;
    private readonly int layer, mask;
    private readonly int? angles, growth;
    private readonly LinearLayer<TTensor>[] queries;
    private readonly LinearLayer<TTensor> compress, expand, output;
    private readonly NormLayer<TTensor>? queryNorm;
    private readonly NormLayer<TTensor> keptNorm;
    private readonly double scoreScale;

    public LatentAttentionLayer(LatentAttention attention, int layer, Assembly<TTensor> parts)
    {
        (ops, cache, batch) = (parts.Ops, parts.Cache, parts.Workload.Batch);
        (this.attention, this.layer) = (attention, layer);
        mask = parts.Passes.Mask(Sight.OfLatents);
        angles = attention.Positions is { } rotary ? parts.Passes.Angles(rotary) : null;
        growth = GrowthTable.Number(attention, parts.Model);
        queries = [.. attention.Queries.Select(parts.Linear)];
        (queryNorm, keptNorm) = (parts.NormOrNull(attention.QueryNorm), parts.Norm(attention.KeptNorm));
        (compress, expand, output) = (parts.Linear(attention.Compress), parts.Linear(attention.Expand), parts.Linear(attention.Output));
        scoreScale = attention.ScoreScale ?? (1 / Math.Sqrt(attention.PlainDim + attention.RotaryDim));
    }

    public override TTensor Forward(TTensor input, Pass<TTensor> pass)
    {
        using var context = Context(input, pass);
        return output.Forward(context);
    }

    private TTensor Context(TTensor input, Pass<TTensor> pass)
    {
        TTensor made, kept;
        using (input)
        {
            made = Queries(input, pass);
            kept = compress.Forward(input);
        }
        using var heads = made;
        using var turned = TurnedKeys(kept, pass);
        using var wide = Wide(Latents(kept, pass));
        using var probabilities = Probabilities(heads, turned, wide, pass);
        using var values = ops.SplitHeads(wide, batch, new(attention.PlainDim, attention.Heads, attention.ValueDim, Stride));
        using var attended = ops.WeightedSum(probabilities, values);
        return ops.MergeHeads(attended);
    }

    /// <summary>Columns of a head in what keys and values are made in.</summary>
    private long Stride => (long)attention.PlainDim + attention.ValueDim;

    /// <summary>[B·T, d] → [B, h, T, plain + rotary], rotated.</summary>
    private TTensor Queries(TTensor input, Pass<TTensor> pass)
    {
        using var rows = QueryRows(input);
        var heads = ops.SplitHeads(rows, batch, new(0, attention.Heads, (long)attention.PlainDim + attention.RotaryDim));
        using (var part = ops.Narrow(heads, 3, attention.PlainDim, attention.RotaryDim))
            Rotate(part, pass);
        if (growth is { } table)
            ops.MultiplyScales(heads, pass.Growth(table));
        return heads;
    }

    private TTensor QueryRows(TTensor input)
    {
        if (queries.Length == 1)
            return queries[0].Forward(input);
        using var narrow = Narrow(input);
        return queries[1].Forward(narrow);
    }

    private TTensor Narrow(TTensor input)
    {
        var narrow = queries[0].Forward(input);
        if (queryNorm is null)
            return narrow;
        using (narrow)
            return queryNorm.Forward(narrow);
    }

    private void Rotate(TTensor heads, Pass<TTensor> pass)
    {
        if (angles is not { } number)
            return;
        var (cosines, sines) = pass.Angles(number);
        ops.Rotate(heads, cosines, sines, attention.Positions!.IsInterleaved);
    }

    /// <summary>The rotated part of the keys of all tokens, which the heads share, [B, 1, L, rotary].</summary>
    private TTensor TurnedKeys(TTensor kept, Pass<TTensor> pass)
    {
        using var keys = ops.SplitHeads(kept, batch, new(attention.KvRank, 1, attention.RotaryDim));
        Rotate(keys, pass);
        return cache.Append(layer, CacheSide.Keys, keys, pass.Position, pass.Tokens, first: 0);
    }

    /// <summary>The narrow vectors of all tokens, normed, [B, 1, L, kv_rank].</summary>
    /// <param name="kept">Disposed.</param>
    /// <param name="pass">The pass.</param>
    private TTensor Latents(TTensor kept, Pass<TTensor> pass)
    {
        using var normed = Normed(kept);
        using var heads = ops.SplitHeads(normed, batch, new(0, 1, attention.KvRank));
        return cache.Append(layer, CacheSide.Values, heads, pass.Position, pass.Tokens, first: 0);
    }

    private TTensor Normed(TTensor kept)
    {
        using (kept)
        using (var columns = ops.Narrow(kept, 1, 0, attention.KvRank))
            return keptNorm.Forward(columns);
    }

    /// <summary>Keys, without their rotated part, and values of all tokens: [B, 1, L, kv_rank] → [B·L, h · (plain + value)].</summary>
    private TTensor Wide(TTensor latents)
    {
        using (latents)
        {
            using var rows = ops.MergeHeads(latents);
            return expand.Forward(rows);
        }
    }

    private TTensor Probabilities(TTensor queries, TTensor turned, TTensor wide, Pass<TTensor> pass)
    {
        using var scores = Scores(queries, turned, wide);
        ops.Scale(scores, scoreScale);
        if (pass.Mask(mask) is { } hidden)
            ops.AddMask(scores, hidden);
        return ops.Softmax(scores);
    }

    private TTensor Scores(TTensor queries, TTensor turned, TTensor wide)
    {
        using var plain = ops.SplitHeads(wide, batch, new(0, attention.Heads, attention.PlainDim, Stride));
        using var repeated = ops.RepeatHeads(turned, attention.Heads);
        using var keys = ops.Concatenate([plain, repeated], 3);
        return ops.Scores(queries, keys);
    }
}
