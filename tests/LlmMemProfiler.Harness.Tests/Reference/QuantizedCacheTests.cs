using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Tests.Outside;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Decoding over a quantized cache, against plain loops that round the same way.</summary>
public class QuantizedCacheTests(ITestOutputHelper output)
{
    private static readonly string[] Names = ["gpt2", "llama", "gemma2", "mpt", "minicpm3", "phi-with-norms", "falcon-alibi", "gemma4"];

    private static readonly (DataType? Keys, DataType? Values)[] Types =
        [(DataType.Int8, DataType.Int8), (DataType.Float8, DataType.Float8), (DataType.Int8, null), (null, DataType.Float8)];

    private static readonly IReadOnlyList<TinyModel> Models = [.. OutsideModels.All, .. InsideModels.All];

    public static TheoryData<string, CachePolicy, int?, int> Ways()
    {
        var data = new TheoryData<string, CachePolicy, int?, int>();
        foreach (var (number, name) in Names.Index())
        {
            for (var types = 0; types < Types.Length; types++)
                data.Add(name, Enum.GetValues<CachePolicy>()[(number + types) % 3], (number + types) % 2 == 0 ? null : 3, types);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void It_agrees_with_plain_loops_that_round_the_same_way(string name, CachePolicy cache, int? chunk, int types)
    {
        var model = Models.Single(model => model.Name == name);
        var (keys, values) = Types[types];
        var (spec, weights) = (model.Spec, model.Weights);
        var workload = new Workload
        {
            Type = DataType.Float32,
            KeyType = keys,
            ValueType = values,
            Prompt = 7,
            NewTokens = 4,
            Cache = cache,
            CacheBlock = 4,
            PrefillChunk = chunk,
            Logits = LogitsFor.All,
        };
        // A prompt none of whose keys and values comes so near to a tie that the last bit of FP32 decides.
        for (var seed = 1; ; seed++)
        {
            using var decoder = new LoadedDecoder(spec, workload, tensor => weights[tensor]);
            int[] prompt = [.. Enumerable.Range(0, workload.Prompt).Select(position => (seed * (position + 5) * 7) % 61)];
            decoder.ReplacePrompt(prompt);
            var executed = decoder.Decode().SelectMany(pass => pass).ToArray();
            int[] ids = [.. prompt, .. decoder.Generated(0)];
            var kept = new KeptLoops(keys, values);
            var expected = new ReferenceDecoder(spec, tensor => weights[tensor], kept: kept).Logits(ids, Math.Min(chunk ?? int.MaxValue, prompt.Length));
            if (kept.NearestTie < 2e-4 && seed < 50)
                continue;
            var unquantized = new ReferenceDecoder(spec, tensor => weights[tensor]).Logits(ids, Math.Min(chunk ?? int.MaxValue, prompt.Length));
            var (largest, lost, magnitude) = (Largest(executed, expected), Largest(executed, unquantized), unquantized.Max(row => row.Max(Math.Abs)));
            output.WriteLine($"{name}, prompt {seed}: largest difference {largest:E2}, {lost:E2} from unquantized, of logits up to {magnitude:G3}");
            Assert.InRange(largest, double.Epsilon, 1e-4);
            // Gemma 4's weights here are magnified, which makes its attention as sharp as a step.
            Assert.InRange(lost / magnitude, 1e-5, name == "gemma4" ? 0.5 : 0.1);
            return;
        }
    }

    private static double Largest(float[][] executed, double[][] expected) =>
        executed.Zip(expected).Max(rows => rows.First.Zip(rows.Second, (x, y) => Math.Abs(x - y)).Max());
}
