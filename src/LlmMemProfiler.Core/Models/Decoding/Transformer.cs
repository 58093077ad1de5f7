using LlmMemProfiler.Core.Models.KvCaches;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>
/// A decoder as its <see cref="ModelSpec"/> describes it, written once for both interpreters: embedding, blocks, output layer.
/// Hidden states are rows, [B·T, d]; each tensor is disposed as soon as it is no longer needed, so the code also defines tensor
/// lifetimes.
/// </summary>
public sealed class Transformer<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly PassPlan<TTensor> passes;
    private readonly KvCache<TTensor> cache;
    private readonly InputLayer<TTensor> input;
    private readonly LoadedBlock<TTensor>[] blocks;
    private readonly OutputLayer<TTensor> output;

    /// <summary>How many layers after each are like it, in a row: they do the same to memory.</summary>
    private readonly int[] alike;

    /// <param name="model">The model, of which nothing is <see cref="Unexecuted"/>.</param>
    /// <param name="workload">The workload.</param>
    /// <param name="tensors">Tensors of its <see cref="TensorTable"/>.</param>
    /// <param name="cache">Its cache.</param>
    /// <param name="ops">The interpreter.</param>
    public Transformer(
        ModelSpec model, Workload workload, IReadOnlyDictionary<string, TTensor> tensors, KvCache<TTensor> cache, ITensorOps<TTensor> ops)
    {
        var parts = new Assembly<TTensor>(ops, model, workload, tensors, cache);
        (this.ops, this.cache, passes) = (ops, cache, parts.Passes);
        input = new(parts);
        blocks = [.. model.Blocks.Select((block, layer) => new LoadedBlock<TTensor>(block, layer, parts))];
        output = new(parts);
        // A cache that grows is another after each layer, and so may one be that others share.
        var isOther = workload.Cache != CachePolicy.Preallocated || (workload.WindowCache == WindowCache.Bounded && cache.IsShared);
        alike = ops.Repeater is null || isOther ? new int[blocks.Length] : LayerGroup.Followers(model);
    }

    /// <summary>Runs T tokens of each sequence through the model and caches their keys and values.</summary>
    /// <param name="ids">[B·T] token ids, sequence by sequence.</param>
    /// <param name="position">Positions already in the cache.</param>
    /// <param name="tokens">T.</param>
    /// <returns>The last block's hidden states, [B·T, d].</returns>
    public TTensor Forward(TTensor ids, long position, long tokens)
    {
        using var pass = passes.Begin(position, tokens);
        var x = input.Forward(ids, pass);
        for (var layer = 0; layer < blocks.Length; layer++)
        {
            ops.Tags.EnterLayer(layer);
            var times = alike[layer];
            if (times > 0)
                ops.Repeater!.Mark();
            x = blocks[layer].Forward(x, pass);
            if (times > 0 && ops.Repeater!.TryRepeat(times))
                layer += times;
        }
        ops.Tags.EnterLayer(null);
        cache.EndPass();
        return x;
    }

    /// <summary>The output layer.</summary>
    /// <param name="x">From <see cref="Forward"/>.</param>
    /// <param name="tokens">T.</param>
    /// <returns>Logits of each sequence's last token [B, V], or of all tokens [B·T, V].</returns>
    public TTensor Logits(TTensor x, long tokens) => output.Forward(x, tokens);
}
