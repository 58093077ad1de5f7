using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>
/// GPT decoder, written once for both interpreters: token and position embedding, N blocks of pre-norm attention and
/// feed-forward, an optional final norm, the output layer. Hidden states are rows, [B·T, d]; each tensor is disposed as soon
/// as it is no longer needed, so the code also defines tensor lifetimes.
/// </summary>
/// <remarks>
/// Radford et al. (2019), Language Models are Unsupervised Multitask Learners; weight layout as in transformers,
/// <c>models/gpt2/modeling_gpt2.py</c>, with linear weights [out, in].
/// </remarks>
public sealed class Transformer<TTensor>(
    ModelSpec model,
    Workload workload,
    ModelWeights<TTensor> weights,
    KvCache<TTensor> cache,
    ITensorOps<TTensor> ops)
    where TTensor : class, IDisposable
{
    /// <summary>Runs T tokens of each sequence through the model and caches their keys and values.</summary>
    /// <param name="ids">[B·T] token ids, sequence by sequence.</param>
    /// <param name="position">Positions already in the cache.</param>
    /// <param name="tokens">T.</param>
    /// <returns>The last block's hidden states, [B·T, d].</returns>
    public TTensor Forward(TTensor ids, long position, long tokens)
    {
        var pass = new Pass(position, tokens);
        using var mask = Mask(pass);
        var x = Embed(ids, pass);
        for (var layer = 0; layer < model.Layers; layer++)
        {
            ops.Tags.EnterLayer(layer);
            x = Add(x, Attention(layer, x, pass, mask));
            x = Add(x, FeedForward(weights.Blocks[layer], x));
        }
        ops.Tags.EnterLayer(null);
        return x;
    }

    /// <summary>The output layer.</summary>
    /// <param name="x">From <see cref="Forward"/>.</param>
    /// <param name="tokens">T.</param>
    /// <returns>Logits of each sequence's last token [B, V], or of all tokens [B·T, V].</returns>
    public TTensor Logits(TTensor x, long tokens)
    {
        using var last = workload.Logits == LogitsFor.Last && tokens > 1 ? ops.LastRows(x, workload.Batch) : null;
        var rows = last ?? x;
        using var normed = weights.FinalNorm is { } norm ? ops.LayerNorm(rows, norm.Weight, norm.Bias, norm.Epsilon) : null;
        using var owner = ops.Tags.Owner(Part.Logits);
        return Linear(normed ?? rows, weights.Output);
    }

    private TTensor Embed(TTensor ids, Pass pass)
    {
        var (table, scales, _) = weights.TokenEmbedding;
        var x = ops.Embedding(table, ids);
        if (scales is not null)
        {
            using var quantized = x;
            using var rowScales = ops.Embedding(scales, ids);
            x = ops.Cast(quantized, workload.ComputeType);
            ops.MultiplyScales(x, rowScales);
        }
        using var positions = ops.Narrow(weights.Positions, 0, pass.Position, pass.Tokens);
        ops.AddPositions(x, positions);
        return x;
    }

    private TTensor Attention(int layer, TTensor x, Pass pass, TTensor? mask)
    {
        using var context = Context(layer, x, pass, mask);
        return Linear(context, weights.Blocks[layer].AttentionOutput);
    }

    private TTensor Context(int layer, TTensor x, Pass pass, TTensor? mask)
    {
        var (block, attention) = (weights.Blocks[layer], weights.Blocks[layer].Attention);
        using var projected = NormThenLinear(x, block.AttentionNorm, block.QueryKeyValue);
        using var queries = Heads(0, attention.Heads);
        var (keys, values) = Cached();
        using (keys)
        using (values)
        using (var attended = Attend(attention, queries, keys, values, pass, mask))
            return ops.MergeHeads(attended);

        TTensor Heads(long firstColumn, long heads) =>
            ops.SplitHeads(projected, workload.Batch, firstColumn, heads, attention.HeadDim);

        (TTensor, TTensor) Cached()
        {
            using var newKeys = Heads(attention.QueryWidth, attention.KvHeads);
            using var newValues = Heads(attention.QueryWidth + attention.KvWidth, attention.KvHeads);
            return cache.Append(layer, newKeys, newValues, pass.Position, pass.Tokens);
        }
    }

    private TTensor Attend(Attention attention, TTensor queries, TTensor keys, TTensor values, Pass pass, TTensor? mask)
    {
        var group = attention.Heads / attention.KvHeads;
        if (group == 1)
            return AttendEqualHeads(attention, queries, keys, values, pass, mask);
        using var allKeys = ops.RepeatHeads(keys, group);
        using var allValues = ops.RepeatHeads(values, group);
        return AttendEqualHeads(attention, queries, allKeys, allValues, pass, mask);
    }

    private TTensor AttendEqualHeads(Attention attention, TTensor queries, TTensor keys, TTensor values, Pass pass, TTensor? mask)
    {
        if (workload.Attention == AttentionKernel.Fused)
            return ops.FusedAttention(queries, keys, values, mask, causal: mask is null && pass.Tokens > 1);
        using var probabilities = Probabilities(attention, queries, keys, mask);
        return ops.WeightedSum(probabilities, values);
    }

    private TTensor Probabilities(Attention attention, TTensor queries, TTensor keys, TTensor? mask)
    {
        using var scores = ops.Scores(queries, keys);
        ops.Scale(scores, 1 / Math.Sqrt(attention.HeadDim));
        if (mask is not null)
            ops.AddMask(scores, mask);
        return ops.Softmax(scores);
    }

    private TTensor FeedForward(BlockWeights<TTensor> block, TTensor x)
    {
        using var activated = UpThenGelu(block, x);
        return Linear(activated, block.Down);
    }

    private TTensor UpThenGelu(BlockWeights<TTensor> block, TTensor x)
    {
        using var up = NormThenLinear(x, block.FeedForwardNorm, block.Up);
        return ops.Gelu(up);
    }

    private TTensor NormThenLinear(TTensor x, NormWeights<TTensor> norm, LinearWeights<TTensor> linear)
    {
        using var normed = ops.LayerNorm(x, norm.Weight, norm.Bias, norm.Epsilon);
        return Linear(normed, linear);
    }

    /// <summary>INT8 weights are cast to the compute type for this one use.</summary>
    private TTensor Linear(TTensor rows, LinearWeights<TTensor> linear)
    {
        if (linear.Scale is null)
            return ops.Linear(rows, linear.Weight, linear.Bias);
        using var wide = Dequantize(linear.Weight, linear.Scale);
        return ops.Linear(rows, wide, linear.Bias);
    }

    private TTensor Dequantize(TTensor weight, TTensor scale)
    {
        using var owner = ops.Tags.Owner(Part.Workspace);
        var wide = ops.Cast(weight, workload.ComputeType);
        ops.MultiplyScales(wide, scale);
        return wide;
    }

    /// <summary>a + b, both consumed.</summary>
    private TTensor Add(TTensor a, TTensor b)
    {
        using (a)
        using (b)
            return ops.Add(a, b);
    }

    /// <summary>
    /// A fused kernel masks causally by itself if queries and keys start together; a single token attends to everything.
    /// </summary>
    private TTensor? Mask(Pass pass) =>
        pass.Tokens == 1 || (workload.Attention == AttentionKernel.Fused && pass.Position == 0)
            ? null
            : ops.CausalMask(pass.Tokens, pass.Position + pass.Tokens, workload.ComputeType);

    private readonly record struct Pass(long Position, long Tokens);
}
