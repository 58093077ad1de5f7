using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>Softmax attention with its weights.</summary>
internal sealed class AttentionLayer<TTensor> : LoadedSublayer<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly KvCache<TTensor> cache;
    private readonly int layer, mask;
    private readonly int? angles, growth;
    private readonly Sight sight;
    private readonly HeadProjections<TTensor> projections;
    private readonly LinearLayer<TTensor> output;
    private readonly long batch, group;
    private readonly double scoreScale, queryScale;
    private readonly double? scoreCap;
    private readonly TTensor? sinks;
    private readonly bool isFused, isInterleaved, canFold;

    public AttentionLayer(Attention attention, int layer, Assembly<TTensor> parts)
    {
        (ops, cache, batch, this.layer) = (parts.Ops, parts.Cache, parts.Workload.Batch, attention.KeysOf ?? layer);
        sight = Sight.Of(attention, parts.Model, parts.Workload);
        mask = parts.Passes.Mask(sight);
        if (attention.Positions is Rotary rotary)
            (angles, isInterleaved) = (parts.Passes.Angles(rotary), rotary.IsInterleaved);
        growth = GrowthTable.Number(attention, parts.Model);
        (projections, scoreCap) = (new(attention, parts), attention.ScoreCap);
        output = parts.Linear(attention.Output);
        sinks = attention.Sinks.Count == 0 ? null : parts.Tensor(attention.Sinks[0].Name);
        group = attention.Heads / attention.KvHeads;
        canFold = group > 1 && parts.Workload.GroupedHeads == GroupedHeads.Fold;
        isFused = sight.Kernel == AttentionKernel.Fused;
        // A fused kernel divides by √head_dim itself.
        var usual = 1 / Math.Sqrt(attention.HeadDim);
        scoreScale = attention.ScoreScale ?? usual;
        queryScale = isFused && attention.ScoreScale is { } scale ? scale / usual : 1;
    }

    public override TTensor Forward(TTensor input, Pass<TTensor> pass)
    {
        using var context = Context(input, pass);
        return output.Forward(context);
    }

    private TTensor Context(TTensor input, Pass<TTensor> pass)
    {
        var (queries, newKeys, newValues, gates) = Turned(projections.Forward(input), pass);
        using (queries)
        {
            if (growth is { } table)
                ops.MultiplyScales(queries, pass.Growth(table));
            if (queryScale != 1)
                ops.Scale(queries, queryScale);
            var first = sight.First(pass.Position);
            using var keys = Cached(newKeys, CacheSide.Keys, pass, first);
            using var values = Cached(newValues, CacheSide.Values, pass, first);
            return Gated(IsFolded(pass) ? AttendFolded(queries, keys, values, pass) : Attend(queries, keys, values, pass), gates);
        }
    }

    private ProjectedHeads<TTensor> Turned(ProjectedHeads<TTensor> heads, Pass<TTensor> pass)
    {
        if (angles is { } number)
        {
            var (cosines, sines) = pass.Angles(number);
            ops.Rotate(heads.Queries, cosines, sines, isInterleaved);
            if (heads.Keys is { } made)
                ops.Rotate(made, cosines, sines, isInterleaved);
        }
        return projections.NormedLast(heads);
    }

    private TTensor Gated(TTensor rows, TTensor? gates)
    {
        if (gates is null)
            return rows;
        using (gates)
        using (var shares = ops.Sigmoid(gates))
            ops.Multiply(rows, shares);
        return rows;
    }

    /// <param name="states">Null if they are another layer's, whose cache has them already.</param>
    /// <param name="side">Keys or values.</param>
    /// <param name="pass">The pass.</param>
    /// <param name="first">The first position that is attended to.</param>
    private TTensor Cached(TTensor? states, CacheSide side, Pass<TTensor> pass, long first)
    {
        if (states is null)
            return cache.Read(layer, side, first, pass.Position + pass.Tokens);
        using (states)
            return cache.Append(layer, side, states, pass.Position, pass.Tokens, first);
    }

    /// <summary>A single token has neither a causal mask nor an order among its queries, so that those of a group may stand in its place.</summary>
    private bool IsFolded(Pass<TTensor> pass) => canFold && pass.Tokens == 1;

    private TTensor AttendFolded(TTensor queries, TTensor keys, TTensor values, Pass<TTensor> pass)
    {
        using var folded = ops.FoldHeads(queries, group);
        using var hidden = pass.Mask(mask) is { } biases ? ops.FoldHeads(biases, group) : null;
        using var attended = AttendEqualHeads(folded, keys, values, hidden, pass);
        return ops.MergeFolded(attended);
    }

    private TTensor Attend(TTensor queries, TTensor keys, TTensor values, Pass<TTensor> pass)
    {
        using var attended = AttendAll(queries, keys, values, pass);
        return ops.MergeHeads(attended);
    }

    private TTensor AttendAll(TTensor queries, TTensor keys, TTensor values, Pass<TTensor> pass)
    {
        if (group == 1)
            return AttendEqualHeads(queries, keys, values, pass.Mask(mask), pass);
        using var allKeys = ops.RepeatHeads(keys, group);
        using var allValues = ops.RepeatHeads(values, group);
        return AttendEqualHeads(queries, allKeys, allValues, pass.Mask(mask), pass);
    }

    private TTensor AttendEqualHeads(TTensor queries, TTensor keys, TTensor values, TTensor? hidden, Pass<TTensor> pass)
    {
        if (isFused)
            return ops.FusedAttention(queries, keys, values, hidden, causal: hidden is null && pass.Tokens > 1);
        using var probabilities = Probabilities(queries, keys, hidden, pass);
        return ops.WeightedSum(probabilities, values);
    }

    private TTensor Probabilities(TTensor queries, TTensor keys, TTensor? hidden, Pass<TTensor> pass)
    {
        using var scores = ops.Scores(queries, keys);
        ops.Scale(scores, scoreScale);
        if (scoreCap is { } cap)
            ops.Cap(scores, cap);
        if (hidden is not null)
            ops.AddMask(scores, hidden);
        return sinks is null ? ops.Softmax(scores) : WithSinks(scores, sinks, pass);
    }

    /// <summary>The softmax over the scores and one number more, whose share goes to no token.</summary>
    /// <remarks>Xiao et al. (2023), StreamingLLM; transformers, <c>modeling_gpt_oss.py</c>, <c>eager_attention_forward</c>.</remarks>
    private TTensor WithSinks(TTensor scores, TTensor numbers, Pass<TTensor> pass)
    {
        using var column = ops.PerHead(numbers, batch, pass.Tokens);
        using var folded = IsFolded(pass) ? ops.FoldHeads(column, group) : null;
        using var all = ops.Concatenate([scores, folded ?? column], 3);
        using var shares = ops.Softmax(all);
        return ops.Narrow(shares, 3, 0, pass.Position + pass.Tokens - sight.First(pass.Position));
    }
}
