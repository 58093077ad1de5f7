using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>
/// GPT-2 in plain loops over arrays: no libtorch, no cache, the whole sequence each time, sums in double precision. It shares
/// nothing with the transformer under test but the model's numbers and the names of the weights.
/// </summary>
internal sealed class PlainTransformer(ModelSpec model, Func<string, float[]> weight)
{
    private readonly int d = model.DModel;
    private readonly GptSizes sizes = GptSizes.Of(model);

    /// <summary>Logits of every position of one sequence.</summary>
    public float[][] Logits(int[] ids)
    {
        var tokens = weight("wte.weight");
        var positions = weight("wpe.weight");
        var x = ids.Select((id, t) => Row(tokens, id).Zip(Row(positions, t), (a, b) => a + b).ToArray()).ToArray();
        for (var layer = 0; layer < model.Layers; layer++)
        {
            var h = $"h.{layer}.";
            AddTo(x, Attention(Norm(x, h + "ln_1"), h + "attn."));
            AddTo(x, FeedForward(Norm(x, h + "ln_2"), h + "mlp."));
        }
        if (sizes.FinalNorm)
            x = Norm(x, "ln_f");
        var output = model.TiedOutput ? tokens : weight("lm_head.weight");
        return [.. x.Select(row => Enumerable.Range(0, model.Vocabulary).Select(v => (float)Dot(row, Row(output, v))).ToArray())];

        double[] Row(float[] table, int index) => [.. table.Skip(index * d).Take(d).Select(v => (double)v)];
    }

    private double[][] Attention(double[][] x, string name)
    {
        var headDim = d / sizes.Heads;
        var kvWidth = sizes.KvHeads * headDim;
        var qkv = Linear(x, name + "c_attn", d + (2 * kvWidth));
        var context = x.Select(_ => new double[d]).ToArray();
        for (var head = 0; head < sizes.Heads; head++)
        {
            var queryAt = head * headDim;
            var kvHead = head / (sizes.Heads / sizes.KvHeads);
            var keyAt = d + (kvHead * headDim);
            var valueAt = d + kvWidth + (kvHead * headDim);
            for (var t = 0; t < x.Length; t++)
            {
                var scores = new double[t + 1];
                for (var s = 0; s <= t; s++)
                {
                    for (var i = 0; i < headDim; i++)
                        scores[s] += qkv[t][queryAt + i] * qkv[s][keyAt + i];
                    scores[s] /= Math.Sqrt(headDim);
                }
                var largest = scores.Max();
                var sum = scores.Sum(s => Math.Exp(s - largest));
                for (var s = 0; s <= t; s++)
                {
                    for (var i = 0; i < headDim; i++)
                        context[t][queryAt + i] += Math.Exp(scores[s] - largest) / sum * qkv[s][valueAt + i];
                }
            }
        }
        return Linear(context, name + "c_proj", d);
    }

    private double[][] FeedForward(double[][] x, string name)
    {
        var up = Linear(x, name + "c_fc", sizes.DFf);
        return Linear([.. up.Select(row => row.Select(Gelu).ToArray())], name + "c_proj", d);
    }

    private double[][] Norm(double[][] x, string name)
    {
        var (scale, shift) = (weight(name + ".weight"), weight(name + ".bias"));
        return [.. x.Select(row =>
        {
            var mean = row.Average();
            var variance = row.Average(v => (v - mean) * (v - mean));
            return row.Select((v, i) => ((v - mean) / Math.Sqrt(variance + sizes.NormEpsilon) * scale[i]) + shift[i]).ToArray();
        })];
    }

    private double[][] Linear(double[][] x, string name, int outputs)
    {
        var w = weight(name + ".weight");
        var bias = sizes.LinearBias ? weight(name + ".bias") : new float[outputs];
        return [.. x.Select(row => Enumerable.Range(0, outputs).Select(o =>
        {
            var sum = (double)bias[o];
            for (var i = 0; i < row.Length; i++)
                sum += row[i] * w[(o * row.Length) + i];
            return sum;
        }).ToArray())];
    }

    private static double Gelu(double x) =>
        0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static void AddTo(double[][] x, double[][] y)
    {
        for (var t = 0; t < x.Length; t++)
        {
            for (var i = 0; i < x[t].Length; i++)
                x[t][i] += y[t][i];
        }
    }
}
