using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models.KvCaches;

namespace LlmMemProfiler.Core.Models.Decoding;

public static class Decoder
{
    /// <summary>Creates each tensor of the table, in order; <paramref name="fill"/> sets its values.</summary>
    public static Decoder<TTensor> Load<TTensor>(
        ITensorOps<TTensor> ops, ModelSpec model, Workload workload, Action<TensorSpec, IReadOnlyDictionary<string, TTensor>> fill)
        where TTensor : class, IDisposable
    {
        var tensors = new Dictionary<string, TTensor>();
        try
        {
            ops.Tags.Enter(Phase.Load);
            foreach (var spec in TensorTable.For(model, workload).Tensors)
            {
                using var owner = ops.Tags.Owner(spec.Part);
                tensors.Add(spec.Name, ops.Zeros(spec.Shape, spec.Type));
                fill(spec, tensors);
                NormalizedOutput.Finish(ops, model, spec, tensors);
            }
            return new Decoder<TTensor>(ops, model, workload, tensors);
        }
        catch
        {
            foreach (var tensor in tensors.Values)
                tensor.Dispose();
            throw;
        }
    }
}

/// <summary>
/// A loaded model and its greedy decoding, for both interpreters: load, prefill, then one token per step. Token ids stay on
/// the device, so no step waits for the host.
/// </summary>
public sealed class Decoder<TTensor> : IDisposable
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly Workload workload;
    private readonly KvCache<TTensor> cache;
    private readonly Transformer<TTensor> transformer;
    private readonly Dictionary<string, TTensor> tensors;

    internal Decoder(ITensorOps<TTensor> ops, ModelSpec model, Workload workload, Dictionary<string, TTensor> tensors)
    {
        this.ops = ops;
        this.workload = workload;
        this.tensors = tensors;
        cache = new(ops, model, workload, tensors);
        transformer = new(model, workload, tensors, cache, ops);
    }

    /// <summary>Decode steps after the prefill, which produces the first of the T new tokens.</summary>
    public int Steps => workload.NewTokens - 1;

    /// <summary>[B, P] INT64.</summary>
    public TTensor Prompt => tensors["prompt"];

    /// <summary>[T, B] INT64, filled during decoding.</summary>
    public TTensor Generated => tensors["generated"];

    /// <summary>Runs the prompt through the model, pass by pass, and picks the first new token of each sequence.</summary>
    /// <param name="observe">Receives each pass's logits before they are freed; may be null.</param>
    public void Prefill(Action<TTensor>? observe = null)
    {
        for (var pass = 0; pass < workload.PrefillPasses; pass++)
            Prefill(pass, observe);
    }

    /// <summary>Runs one chunk of the prompt through the model; the last one produces the first new token.</summary>
    /// <param name="pass">From 0 to <see cref="Workload.PrefillPasses"/> − 1, in order.</param>
    /// <param name="observe">Receives the logits, if this pass has any.</param>
    public void Prefill(int pass, Action<TTensor>? observe = null)
    {
        ops.Tags.Enter(Phase.Prefill, pass);
        var (position, tokens) = workload.PrefillPass(pass);
        var isLast = pass == workload.PrefillPasses - 1;
        using var chunk = ops.Narrow(Prompt, 1, position, tokens);
        using var ids = Flat(chunk);
        if (isLast)
            Choose(ids, position, tokens, step: 0, observe);
        else if (workload.Logits == LogitsFor.All)
            Observe(ids, position, tokens, observe);
        else
            transformer.Forward(ids, position, tokens).Dispose();
    }

    /// <summary>Feeds the latest token of each sequence and picks the next one.</summary>
    /// <param name="step">From 1 to <see cref="Steps"/>, in order.</param>
    /// <param name="observe">Receives the logits before they are freed; may be null.</param>
    public void Step(int step, Action<TTensor>? observe = null)
    {
        ops.Tags.Enter(Phase.Decode, step);
        using var newest = ops.Narrow(Generated, 0, step - 1, 1);
        using var ids = Flat(newest);
        Choose(ids, position: workload.Prompt + step - 1, tokens: 1, step, observe);
    }

    /// <summary>As if passes had filled the cache up to a position.</summary>
    internal void Grow(long positions) => cache.Grow(positions);

    public void Dispose()
    {
        cache.Dispose();
        foreach (var tensor in tensors.Values)
            tensor.Dispose();
        tensors.Clear();
    }

    private TTensor Flat(TTensor tokens)
    {
        using var owner = ops.Tags.Owner(Part.Inputs);
        return ops.Flatten(tokens);
    }

    private void Choose(TTensor ids, long position, long tokens, int step, Action<TTensor>? observe)
    {
        using var chosen = Best(ids, position, tokens, observe);
        using var place = ops.Narrow(Generated, 0, step, 1);
        using var owner = ops.Tags.Owner(Part.Inputs);
        ops.WriteTokens(place, chosen);
    }

    private TTensor Best(TTensor ids, long position, long tokens, Action<TTensor>? observe)
    {
        using var logits = Logits(ids, position, tokens);
        observe?.Invoke(logits);
        using var last = workload.Logits == LogitsFor.All && tokens > 1 ? ops.LastRows(logits, workload.Batch) : null;
        using var owner = ops.Tags.Owner(Part.Inputs);
        return ops.ArgMax(last ?? logits);
    }

    private void Observe(TTensor ids, long position, long tokens, Action<TTensor>? observe)
    {
        using var logits = Logits(ids, position, tokens);
        observe?.Invoke(logits);
    }

    private TTensor Logits(TTensor ids, long position, long tokens)
    {
        using var x = transformer.Forward(ids, position, tokens);
        return transformer.Logits(x, tokens);
    }
}
