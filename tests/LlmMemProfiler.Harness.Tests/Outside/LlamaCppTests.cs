using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Tests.Reference;

namespace LlmMemProfiler.Harness.Tests.Outside;

public class LlamaCppTests(LlamaCppRun run, ITestOutputHelper output) : IClassFixture<LlamaCppRun>
{
    public static TheoryData<string> Names => [.. OutsideModels.All.Select(model => model.Name)];

    public static TheoryData<string> Executed => [.. OutsideModels.All.Where(model => Unexecuted.In(model.Spec) is null).Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Plain_loops_agree_with_llama_cpp(string name)
    {
        var (model, theirs) = (OutsideModels.Find(name), run.Logits(name));
        var weights = model.Weights;
        // Its own GELU, so that nothing can hide behind the rounding of that.
        var ours = new ReferenceDecoder(model.Spec, tensor => weights[tensor], isLookedUp: true).Logits(Sequence(theirs));
        Compare(name, theirs, ours, 1e-3);
    }

    [Theory]
    [MemberData(nameof(Executed))]
    public void What_is_executed_agrees_with_llama_cpp(string name)
    {
        var (model, theirs) = (OutsideModels.Find(name), run.Logits(name));
        var weights = model.Weights;
        var workload = new Workload
        {
            Type = DataType.Float32,
            Prompt = LlamaCppRun.Prompt.Length,
            NewTokens = LlamaCppRun.Steps,
            Logits = LogitsFor.All,
        };
        using var decoder = new LoadedDecoder(model.Spec, workload, tensor => weights[tensor]);
        decoder.ReplacePrompt(LlamaCppRun.Prompt);
        // llama.cpp's GELU in FP16 is right to 2⁻¹¹ of what it gives, and so is what follows from it.
        var hasGelu = model.Spec.Sublayers().Any(sublayer =>
            sublayer is FeedForward { Activation: Activation.Gelu or Activation.GeluTanh or Activation.QuickGelu });
        Compare(name, theirs, [.. decoder.Decode().SelectMany(pass => pass)], hasGelu ? 1e-3 * model.Magnified * Math.Max(1, theirs.Max(row => row.Max(Math.Abs))) : 1e-3);
    }

    /// <summary>The prompt and what was generated, without the last token, which nothing was computed from.</summary>
    private static int[] Sequence(float[][] logits) => [.. LlamaCppRun.Prompt, .. logits[(LlamaCppRun.Prompt.Length - 1)..^1].Select(IndexOfLargest)];

    private void Compare<T>(string name, float[][] theirs, T[][] ours, double most)
        where T : struct, IConvertible
    {
        Assert.Equal(LlamaCppRun.Prompt.Length + LlamaCppRun.Steps - 1, theirs.Length);
        Assert.Equal(theirs.Length, ours.Length);
        var largest = theirs.Zip(ours).Max(rows => rows.First.Zip(rows.Second, (a, b) => Math.Abs(a - b.ToDouble(null))).Max());
        var tokens = string.Join(' ', theirs[(LlamaCppRun.Prompt.Length - 1)..].Select(IndexOfLargest));
        output.WriteLine($"{name}: largest difference {largest:E2}, of logits up to {theirs.Max(row => row.Max(Math.Abs)):G3}; tokens {tokens}");
        Assert.InRange(largest, double.Epsilon, most);
        Assert.Equal(theirs.Select(IndexOfLargest), ours.Select(IndexOfLargest));
    }

    private static int IndexOfLargest<T>(T[] row) => Array.IndexOf(row, row.Max());
}
