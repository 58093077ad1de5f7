using LlmMemProfiler.Core.Measurement;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>
/// What one pass of T tokens a sequence, attending to L positions, holds beside the lasting tensors at each moment at which
/// it can be most. All layers are alike, so one stands for all.
/// </summary>
internal static class PassMoments
{
    public static IReadOnlyList<Moment> Of(ModelSpec model, Workload workload, long tokens, long attended)
    {
        long B = workload.Batch, T = tokens, L = attended, V = model.Vocabulary;
        long d = model.DModel, f = model.DFf, h = model.Heads, D = model.HeadDim;
        long n = B * T;
        var b = new ByteSize(workload.ComputeType.Bytes());
        var isQuantised = workload.Type == DataType.Int8;
        var isPlain = workload.Attention == AttentionKernel.Math;

        // Hidden states, [n, d]: the block's input x, a normed copy, the context of attention, a layer's output.
        var hidden = b * n * d;
        var qkv = b * n * (d + (2L * model.KvWidth));
        var wide = b * n * f;
        // Plain attention, and only it, holds scores and probabilities [B, h, T, L]; a mask [T, L] serves all layers.
        var scores = b * B * h * T * L;
        var mask = isPlain && T > 1 ? b * T * L : ByteSize.Zero;
        // Grouped heads: keys and values repeated for each query head, [B, h, L, D] each.
        var repeated = model.KvHeads < model.Heads ? b * 2 * B * h * L * D : ByteSize.Zero;
        // Logits: a row a sequence, or one for each token.
        var logitRows = workload.Logits == LogitsFor.Last ? B : n;
        var normedRows = model.FinalNorm ? b * logitRows * d : ByteSize.Zero;
        // [B, h, T, D] lies head by head after plain attention; rows want it token by token, so more than one of each is copied.
        var merged = T > 1 && h > 1 ? hidden : ByteSize.Zero;

        var x = hidden;
        List<Moment> moments =
        [
            Live("query, key and value", x + hidden + qkv, Dequantised(d, d + (2L * model.KvWidth))),
            Live("attention's output layer", x + hidden + hidden, Dequantised(d, d)),
            Live("feed-forward, up", x + hidden + wide, Dequantised(d, f)),
            Live("GELU", x + wide + wide, ByteSize.Zero),
            Live("feed-forward, down", x + wide + hidden, Dequantised(f, d)),
            new("logits",
                (Part.Activations, x + normedRows + mask), (Part.Logits, b * logitRows * V), (Part.Workspace, Dequantised(d, V))),
            // The pass is over; the chosen ids stand beside the logits. A model a few numbers wide peaks here.
            new("argmax", (Part.Logits, b * logitRows * V), (Part.Inputs, new ByteSize(DataType.Int64.Bytes()) * B)),
        ];
        if (isPlain)
        {
            moments.Add(Live("softmax", x + qkv + repeated + scores + scores, ByteSize.Zero));
            moments.Add(Live("weighted sum", x + qkv + repeated + scores + hidden, ByteSize.Zero));
            moments.Add(Live("merged heads", x + qkv + hidden + merged, ByteSize.Zero));
        }
        else
        {
            moments.Add(Live("fused attention", x + qkv + repeated + hidden, ByteSize.Zero));
        }
        if (isQuantised)
            moments.Add(Live("embedding", x + (new ByteSize(DataType.Int8.Bytes()) * n * d) + (b * n), ByteSize.Zero));
        return moments;

        Moment Live(string name, ByteSize activations, ByteSize dequantised) =>
            new(name, (Part.Activations, activations + mask), (Part.Workspace, dequantised));

        // An INT8 weight [out, in] stands once more, in the compute type, while its layer runs.
        ByteSize Dequantised(long inputs, long outputs) => isQuantised ? b * inputs * outputs : ByteSize.Zero;
    }
}
