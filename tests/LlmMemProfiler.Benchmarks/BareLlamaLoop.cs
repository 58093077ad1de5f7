using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LlmMemProfiler.Benchmarks;

/// <summary>Llama with grouped heads and tied or untied output.</summary>
internal sealed class BareLlamaLoop : IBareLoop
{
    private readonly IReadOnlyDictionary<string, Tensor> w;
    private readonly int layers;
    private readonly long heads, kvHeads, headDim, batch;
    private readonly double epsilon;
    private readonly Tensor[] keys, values;
    private readonly Tensor cosines, sines;
    private Tensor ids;

    public BareLlamaLoop(ModelSpec model, Workload workload, IReadOnlyDictionary<string, Tensor> weights)
    {
        var attention = (Attention)model.Blocks[0].Branches[0].Sublayer;
        (w, layers, heads, kvHeads, headDim) = (weights, model.Blocks.Count, attention.Heads, attention.KvHeads, attention.HeadDim);
        (batch, epsilon) = (workload.Batch, model.FinalNorm!.Epsilon);
        var type = weights["norm.weight"].dtype;
        keys = [.. Cache()];
        values = [.. Cache()];
        ids = zeros(batch, int64);
        var rotary = (Rotary)attention.Positions!;
        using var exponents = arange(0, headDim, 2, float32);
        using var frequencies = pow(rotary.Base, exponents.div(headDim)).reciprocal();
        using var positions = arange(0, workload.Length, 1, float32);
        using var angles = outer(positions, frequencies);
        (cosines, sines) = (angles.cos().to(type), angles.sin().to(type));

        IEnumerable<Tensor> Cache() => Enumerable.Range(0, layers).Select(_ => zeros(batch, kvHeads, workload.Length, headDim, type));
    }

    public void Step(long position)
    {
        using var cos = cosines.narrow(0, position, 1);
        using var sin = sines.narrow(0, position, 1);
        var x = w["embed_tokens.weight"].index_select(0, ids);
        for (var layer = 0; layer < layers; layer++)
        {
            var p = $"layers.{layer}.";
            using var normed = RmsNorm(x, p + "input_layernorm.weight");
            using var q = Heads(normed, p + "self_attn.q_proj.weight", heads);
            using var k = Heads(normed, p + "self_attn.k_proj.weight", kvHeads);
            using var v = Heads(normed, p + "self_attn.v_proj.weight", kvHeads);
            Rotate(q, cos, sin);
            Rotate(k, cos, sin);
            using var keyPlace = keys[layer].narrow(2, position, 1);
            using var valuePlace = values[layer].narrow(2, position, 1);
            keyPlace.copy_(k);
            valuePlace.copy_(v);
            using var allKeys = Repeated(keys[layer], position + 1);
            using var allValues = Repeated(values[layer], position + 1);
            using var attended = functional.scaled_dot_product_attention(q, allKeys, allValues);
            using var byToken = attended.transpose(1, 2);
            using var context = byToken.reshape(batch, heads * headDim);
            using var projected = functional.linear(context, w[p + "self_attn.o_proj.weight"]);
            var attendedX = x.add(projected);
            x.Dispose();
            using var normed2 = RmsNorm(attendedX, p + "post_attention_layernorm.weight");
            using var gates = functional.linear(normed2, w[p + "mlp.gate_proj.weight"]);
            using var activated = gates.silu();
            using var up = functional.linear(normed2, w[p + "mlp.up_proj.weight"]);
            activated.mul_(up);
            using var down = functional.linear(activated, w[p + "mlp.down_proj.weight"]);
            x = attendedX.add(down);
            attendedX.Dispose();
        }
        using var final = RmsNorm(x, "norm.weight");
        x.Dispose();
        using var logits = functional.linear(final, w.GetValueOrDefault("lm_head.weight") ?? w["embed_tokens.weight"]);
        ids.Dispose();
        ids = logits.argmax(-1);
    }

    public void Dispose()
    {
        foreach (var tensor in keys.Concat(values))
            tensor.Dispose();
        cosines.Dispose();
        sines.Dispose();
        ids.Dispose();
    }

    /// <summary>In FP32, as Llama computes it.</summary>
    private Tensor RmsNorm(Tensor x, string weight)
    {
        using var wide = x.to(float32);
        using var squares = wide.square();
        using var means = squares.mean([-1], keepdim: true);
        means.add_(epsilon);
        means.rsqrt_();
        using var normed = wide.mul(means);
        using var narrow = normed.to(x.dtype);
        return narrow.mul(w[weight]);
    }

    private Tensor Heads(Tensor x, string weight, long count)
    {
        using var rows = functional.linear(x, w[weight]);
        using var split = rows.view(batch, 1, count, headDim);
        return split.transpose(1, 2);
    }

    private static void Rotate(Tensor heads, Tensor cos, Tensor sin)
    {
        var half = cos.size(1);
        using var a = heads.narrow(3, 0, half);
        using var b = heads.narrow(3, half, half);
        using var turned = a.mul(sin);
        a.mul_(cos);
        a.addcmul_(b, sin, -1);
        b.mul_(cos);
        b.add_(turned);
    }

    private Tensor Repeated(Tensor cache, long length)
    {
        using var seen = cache.narrow(2, 0, length);
        using var single = seen.unsqueeze(2);
        using var repeated = single.expand(batch, kvHeads, heads / kvHeads, length, headDim);
        return repeated.reshape(batch, heads, length, headDim);
    }
}
