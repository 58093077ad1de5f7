namespace LlmMemProfiler.Workflow.Tests;

/// <summary>
/// GPT-2 in plain loops over a checkpoint as transformers lays it out: Conv1D weights are [in, out]. Slow, short, and written
/// without a look at the program's own transformer.
/// </summary>
internal sealed class SavedGpt2(IReadOnlyDictionary<string, SavedTensor> weights, int layers, int heads, int width)
{
    private readonly Dictionary<string, float[]> values = weights.ToDictionary(w => w.Key, w => w.Value.Floats);

    /// <summary>Logits after the last of these tokens.</summary>
    public float[] Logits(long[] tokens)
    {
        var x = tokens.Select((token, position) => Row("wte", token).Zip(Row("wpe", position), (a, b) => a + b).ToArray()).ToArray();
        for (var layer = 0; layer < layers; layer++)
        {
            var at = $"h.{layer}.";
            var attended = Attend([.. x.Select(row => Conv(Norm(row, at + "ln_1"), at + "attn.c_attn"))]);
            x = [.. x.Zip(attended, (row, a) => Sum(row, Conv(a, at + "attn.c_proj")))];
            x = [.. x.Select(row => Sum(row, Conv([.. Conv(Norm(row, at + "ln_2"), at + "mlp.c_fc").Select(Gelu)], at + "mlp.c_proj")))];
        }
        var last = Norm(x[^1], "ln_f");
        return [.. Enumerable.Range(0, values["transformer.wte.weight"].Length / width).Select(id => Row("wte", id).Zip(last, (a, b) => a * b).Sum())];
    }

    private float[][] Attend(float[][] projected)
    {
        var size = width / heads;
        return [.. projected.Select((own, t) =>
        {
            var result = new float[width];
            for (var head = 0; head < heads; head++)
            {
                var scores = Enumerable.Range(0, t + 1).Select(s => (float)Math.Exp(
                    Enumerable.Range(head * size, size).Sum(i => own[i] * projected[s][width + i]) / Math.Sqrt(size))).ToArray();
                var total = scores.Sum();
                for (var i = head * size; i < (head + 1) * size; i++)
                    result[i] = Enumerable.Range(0, t + 1).Sum(s => scores[s] / total * projected[s][(2 * width) + i]);
            }
            return result;
        })];
    }

    private float[] Conv(float[] row, string name)
    {
        var (weight, bias) = (values[$"transformer.{name}.weight"], values[$"transformer.{name}.bias"]);
        return [.. bias.Select((b, o) => b + Enumerable.Range(0, row.Length).Sum(i => row[i] * weight[(i * bias.Length) + o]))];
    }

    private float[] Norm(float[] row, string name)
    {
        var (weight, bias) = (values[$"transformer.{name}.weight"], values[$"transformer.{name}.bias"]);
        var mean = row.Average();
        var deviation = Math.Sqrt(row.Average(v => (v - mean) * (v - mean)) + 1e-5);
        return [.. row.Select((v, i) => (float)((v - mean) / deviation * weight[i]) + bias[i])];
    }

    private float[] Row(string name, long index) => values[$"transformer.{name}.weight"][(int)(index * width)..(int)((index + 1) * width)];

    private static float[] Sum(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static float Gelu(float x) => (float)(0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))));
}
