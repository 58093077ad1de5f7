using LlmMemProfiler.Core.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LlmMemProfiler.Benchmarks;

/// <summary>GPT-2 with learned positions.</summary>
internal sealed class BareGptLoop : IBareLoop
{
    private readonly GptSizes model;
    private readonly IReadOnlyDictionary<string, Tensor> w;
    private readonly Tensor[] keys;
    private readonly Tensor[] values;
    private Tensor ids;

    public BareGptLoop(ModelSpec spec, Workload workload, IReadOnlyDictionary<string, Tensor> weights)
    {
        model = GptSizes.Of(spec);
        w = weights;
        var type = weights["wpe.weight"].dtype;
        keys = [.. Enumerable.Range(0, model.Layers).Select(_ => zeros(workload.Batch, model.Heads, workload.Length, model.DModel / model.Heads, type))];
        values = [.. Enumerable.Range(0, model.Layers).Select(_ => zeros(workload.Batch, model.Heads, workload.Length, model.DModel / model.Heads, type))];
        ids = zeros(workload.Batch, int64);
    }

    public void Step(long position)
    {
        long batch = ids.shape[0], d = model.DModel, h = model.Heads, hd = model.DModel / model.Heads;
        var x = w["wte.weight"].index_select(0, ids);
        using (var here = w["wpe.weight"].narrow(0, position, 1))
            x.add_(here);
        for (var layer = 0; layer < model.Layers; layer++)
        {
            var p = $"h.{layer}.";
            using var normed = functional.layer_norm(x, [d], w[p + "ln_1.weight"], w[p + "ln_1.bias"], model.NormEpsilon);
            using var qkv = functional.linear(normed, w[p + "attn.c_attn.weight"], Bias(p + "attn.c_attn"));
            using var split = qkv.view(batch, 1, 3, h, hd);
            using var parts = split.permute(2, 0, 3, 1, 4);
            using var q = parts.select(0, 0);
            using var k = parts.select(0, 1);
            using var v = parts.select(0, 2);
            using var keyPlace = keys[layer].narrow(2, position, 1);
            using var valuePlace = values[layer].narrow(2, position, 1);
            keyPlace.copy_(k);
            valuePlace.copy_(v);
            using var allKeys = keys[layer].narrow(2, 0, position + 1);
            using var allValues = values[layer].narrow(2, 0, position + 1);
            using var attended = functional.scaled_dot_product_attention(q, allKeys, allValues);
            using var byToken = attended.transpose(1, 2);
            using var context = byToken.reshape(batch, d);
            using var projected = functional.linear(context, w[p + "attn.c_proj.weight"], Bias(p + "attn.c_proj"));
            using var attendedX = x.add(projected);
            x.Dispose();
            using var normed2 = functional.layer_norm(attendedX, [d], w[p + "ln_2.weight"], w[p + "ln_2.bias"], model.NormEpsilon);
            using var up = functional.linear(normed2, w[p + "mlp.c_fc.weight"], Bias(p + "mlp.c_fc"));
            using var activated = up.gelu(TorchSharp.Modules.GELU.Approximate.tanh);
            using var down = functional.linear(activated, w[p + "mlp.c_proj.weight"], Bias(p + "mlp.c_proj"));
            x = attendedX.add(down);
        }
        var final = x;
        if (model.FinalNorm)
        {
            final = functional.layer_norm(x, [d], w["ln_f.weight"], w["ln_f.bias"], model.NormEpsilon);
            x.Dispose();
        }
        using (final)
        using (var logits = functional.linear(final, w["wte.weight"]))
        {
            ids.Dispose();
            ids = logits.argmax(-1);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in keys.Concat(values))
            tensor.Dispose();
        ids.Dispose();
    }

    private Tensor? Bias(string name) => w.GetValueOrDefault(name + ".bias");
}
