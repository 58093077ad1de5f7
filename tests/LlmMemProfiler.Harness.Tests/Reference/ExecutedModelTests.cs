using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Tests.Outside;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Every family that is executed, against plain loops.</summary>
public class ExecutedModelTests(ITestOutputHelper output)
{
    private static readonly int[] Prompt = [3, 17, 17, 41, 5, 60, 22, 8, 33, 17, 2, 50];

    private static readonly IReadOnlyList<TinyModel> Models = [.. OutsideModels.All, .. InsideModels.All];

    public static TheoryData<string> Executed => [.. Models.Where(model => Unexecuted.In(model.Spec) is null).Select(model => model.Name)];

    public static TheoryData<string> Inside => [.. InsideModels.All.Select(model => model.Name)];

    [Theory]
    [MemberData(nameof(Executed))]
    public void Cached_decoding_agrees_with_plain_loops(string name)
    {
        var model = Models.Single(model => model.Name == name);
        var (spec, weights) = (model.Spec, model.Weights);
        var workload = new Workload { Type = DataType.Float32, Prompt = Prompt.Length, NewTokens = 8, Logits = LogitsFor.All };
        using var decoder = new LoadedDecoder(spec, workload, tensor => weights[tensor]);
        decoder.ReplacePrompt(Prompt);
        var executed = decoder.Decode().SelectMany(pass => pass).ToArray();
        var expected = new ReferenceDecoder(spec, tensor => weights[tensor]).Logits([.. Prompt, .. decoder.Generated(0)], Prompt.Length);
        var largest = executed.Zip(expected).Max(rows => rows.First.Zip(rows.Second, (x, y) => Math.Abs(x - y)).Max());
        output.WriteLine($"{name}: largest difference {largest:E2}, of logits up to {expected.Max(row => row.Max(Math.Abs)):G3}");
        Assert.Equal(Prompt.Length + workload.NewTokens - 1, executed.Length);
        Assert.InRange(largest, double.Epsilon, 1e-4);
    }

    /// <summary>What no other implementation is at hand for must at least be a decoder.</summary>
    [Theory]
    [MemberData(nameof(Inside))]
    public void In_plain_loops_a_token_changes_what_comes_after_it_and_nothing_before(string name)
    {
        const int changed = 7;
        var model = InsideModels.All.Single(model => model.Name == name);
        var (spec, weights) = (model.Spec, model.Weights);
        var decoder = new ReferenceDecoder(spec, tensor => weights[tensor]);
        var (one, other) = (decoder.Logits(Prompt), decoder.Logits([.. Prompt[..changed], 40, .. Prompt[(changed + 1)..]]));
        Assert.All(one, row => Assert.All(row, logit => Assert.True(double.IsFinite(logit))));
        Assert.Equal(one[..changed], other[..changed]);
        Assert.NotEqual(one[changed], other[changed]);
        Assert.NotEqual(one[changed + 1], other[changed + 1]);
    }
}
