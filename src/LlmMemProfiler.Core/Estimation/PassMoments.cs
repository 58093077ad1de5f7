using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>
/// Memory of one pass of T tokens per sequence, besides weights and token buffers, at each possible peak.
/// Layers differ only in the cache, which grows, so the last layer is the peak.
/// </summary>
internal sealed class PassMoments
{
    private readonly ModelSpec model;
    private readonly Attention attention;
    private readonly Workload workload;
    private readonly bool isQuantized, isPlain;
    private readonly long B, T, L, V, d, f, h, D, n;
    private readonly ByteSize b;
    private readonly ByteSize hidden, qkv, wide, scores, mask, repeated, ids;
    private readonly CacheSizes cache;
    private readonly ByteSize before, after;

    /// <param name="model">The model.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="position">Positions already in the cache.</param>
    /// <param name="tokens">T.</param>
    public PassMoments(ModelSpec model, Workload workload, long position, long tokens)
    {
        this.model = model;
        this.workload = workload;
        isQuantized = workload.Type == DataType.Int8;
        isPlain = workload.Attention == AttentionKernel.Math;
        (B, T, L, V) = (workload.Batch, tokens, position + tokens, model.Vocabulary);
        attention = model.Sublayers.OfType<Attention>().Last();
        var feedForward = model.Sublayers.OfType<FeedForward>().Last();
        (d, f, h, D) = (model.DModel, feedForward.Width, attention.Heads, attention.HeadDim);
        n = B * T;
        b = new(workload.ComputeType.Bytes());

        // Hidden states, [n, d]: the block's input x, its normed copy, attention context, or a layer's output.
        hidden = b * n * d;
        qkv = b * n * (d + (2 * attention.KvWidth));
        wide = b * n * f;
        // Unfused attention has scores and probabilities [B, h, T, L].
        scores = b * B * h * T * L;
        // A mask [T, L] serves all layers; a fused kernel needs one only if queries and keys do not start together.
        mask = T > 1 && (isPlain || position > 0) ? b * T * L : ByteSize.Zero;
        // Grouped-query attention: keys, or values, repeated per query head, [B, h, L, D]. A single head is only viewed so.
        repeated = attention.KvHeads > 1 && attention.KvHeads < h ? b * B * h * L * D : ByteSize.Zero;
        // A chunk of several prompts is copied to be contiguous.
        ids = B > 1 && T > 1 && T < workload.Prompt ? new ByteSize(DataType.Int64.Bytes()) * n : ByteSize.Zero;

        cache = new(model, workload);
        (before, after) = (cache.Side(attention, position), cache.Side(attention, L));
    }

    /// <summary>All moments of the pass.</summary>
    /// <param name="withLogits">False for a chunk without logits.</param>
    /// <param name="isChoosing">True if the pass ends by picking a token.</param>
    public IEnumerable<Moment> Of(bool withLogits, bool isChoosing) =>
        [.. Embedding(), .. Block(), .. withLogits ? Output(isChoosing) : []];

    private IEnumerable<Moment> Embedding() => isQuantized
        ? [InLayer("embedding", hidden + (new ByteSize(DataType.Int8.Bytes()) * n * d) + (b * n), ByteSize.Zero, cache.Total(L - T))]
        : [];

    private IEnumerable<Moment> Block()
    {
        var x = hidden;
        // Until this last layer appends, its keys and values keep their size.
        var earlier = cache.Total(L) - (after * 2);
        var (kept, unkept) = (earlier + (after * 2), earlier + (before * 2));
        // What attention reads: the cache itself, or a copy if blocks are gathered or the type differs.
        var read = Read;

        yield return InLayer("query, key and value", x + hidden + qkv, Dequantized(d, d + (2 * attention.KvWidth)), unkept);
        yield return InLayer("keys kept", x + qkv, Keeping, unkept - before + Growing);
        yield return InLayer("keys read", x + qkv, Reading, unkept - before + after);
        yield return InLayer("values kept", x + qkv, read + Keeping, kept - after + Growing);
        yield return InLayer("values read", x + qkv, read + Reading, kept);
        var attending = x + qkv + (repeated * 2);
        if (isPlain)
        {
            yield return InLayer("softmax", attending + scores + scores, read * 2, kept);
            yield return InLayer("weighted sum", attending + scores + hidden, read * 2, kept);
            yield return InLayer("merged heads", x + qkv + hidden + Merged, read * 2, kept);
        }
        else
        {
            yield return InLayer("fused attention", attending + hidden, read * 2, kept);
        }
        yield return InLayer("attention's output layer", x + hidden + hidden, Dequantized(d, d), kept);
        yield return InLayer("feed-forward, up", x + hidden + wide, Dequantized(d, f), kept);
        yield return InLayer("GELU", x + wide + wide, ByteSize.Zero, kept);
        yield return InLayer("feed-forward, down", x + wide + hidden, Dequantized(f, d), kept);
    }

    private IEnumerable<Moment> Output(bool isChoosing)
    {
        // One row per sequence, or per token.
        var rows = workload.Logits == LogitsFor.Last ? B : n;
        var logits = b * rows * V;
        var normed = model.FinalNorm is not null ? b * rows * d : ByteSize.Zero;
        yield return new("logits",
            (Part.Activations, hidden + normed), (Part.Logits, logits), (Part.Workspace, Dequantized(d, V)),
            (Part.KvCache, cache.Total(L)), (Part.Inputs, ids));
        // The picked ids coexist with the logits. A very narrow model peaks here.
        if (isChoosing)
        {
            yield return new("argmax",
                (Part.Logits, logits), (Part.KvCache, cache.Total(L)), (Part.Inputs, ids + (new ByteSize(DataType.Int64.Bytes()) * B)));
        }
    }

    /// <summary>Unfused attention's result is in head-major order; rows are token-major, so it is copied if both T and h exceed 1.</summary>
    private ByteSize Merged => T > 1 && h > 1 ? hidden : ByteSize.Zero;

    private bool IsNarrow => workload.CacheType != workload.ComputeType;

    /// <summary>Keys, or values, while growing: old and new tensor for concatenation, else the new size.</summary>
    private ByteSize Growing => workload.Cache == CachePolicy.Concat ? before + after : after;

    /// <summary>Concatenation first casts the new states to the cache type.</summary>
    private ByteSize Keeping =>
        workload.Cache == CachePolicy.Concat && IsNarrow && L > T ? cache.Positions(attention, T, workload.CacheType) : ByteSize.Zero;

    /// <summary>Blocks gathered into one tensor, in the cache type.</summary>
    private ByteSize Gathered =>
        workload.Cache == CachePolicy.Paged && L > workload.CacheBlock ? cache.Positions(attention, L, workload.CacheType) : ByteSize.Zero;

    /// <summary>Copy of keys, or values, live until attention is done.</summary>
    private ByteSize Read => IsNarrow ? cache.Positions(attention, L, workload.ComputeType) : Gathered;

    /// <summary>Keys, or values, while read: the gathered tensor and, for another type, its cast copy.</summary>
    private ByteSize Reading => IsNarrow ? Gathered + Read : Gathered;

    /// <summary>Copy of an INT8 weight [out, in] in the compute type, while its layer runs.</summary>
    private ByteSize Dequantized(long inputs, long outputs) => isQuantized ? b * inputs * outputs : ByteSize.Zero;

    private Moment InLayer(string name, ByteSize activations, ByteSize workspace, ByteSize cached) => new(name,
        (Part.Activations, activations + mask), (Part.Workspace, workspace), (Part.KvCache, cached), (Part.Inputs, ids));
}
