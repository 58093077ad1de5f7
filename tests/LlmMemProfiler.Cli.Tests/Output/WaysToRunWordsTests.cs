using System.Text;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Cli.Tests.Output;

/// <summary>What windows leave of a cache, and how grouped heads attend, is said where it is not as usual.</summary>
public class WaysToRunWordsTests
{
    private static readonly Workload Workload = new() { Prompt = 8_000, NewTokens = 192, WindowCache = WindowCache.Bounded, GroupedHeads = GroupedHeads.Fold };

    /// <summary>Gemma 3 1B, 8,192 tokens: 22 layers with a window of 512 and 4 without, in FP16.</summary>
    [Theory]
    [InlineData(WindowCache.Full, "22 layers x 512 elements x 8,192 tokens (masked beyond a window of 512)", "208.00 MiB")]
    [InlineData(WindowCache.Bounded, "22 layers x 512 elements x 512 tokens (window 512)", "43.00 MiB")]
    public void The_caches_formula_has_the_tokens_that_are_kept(WindowCache windows, string words, string size)
    {
        var model = Read("""
            { "model_type": "gemma3_text", "num_hidden_layers": 26, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256, "hidden_size": 1152,
              "sliding_window": 512, "sliding_window_pattern": 6 }
            """);

        var formula = CacheFormula.Of(model, Workload with { WindowCache = windows });

        Assert.Contains(words, formula, StringComparison.Ordinal);
        Assert.EndsWith($"= {size}", formula, StringComparison.Ordinal);
    }

    [Fact]
    public void A_point_is_measured_again_in_the_same_way()
    {
        var hardware = new HardwareKey(DeviceKind.Cpu, "cpu", null, null, null, "2.10.0", 2, "linux", "", default(DeviceLevel), 2, null, null, null);

        var hint = RerunHint.Of(ModelFacts.Of(Read("""{ "model_type": "mistral" }""")), WorkloadFacts.Of(Workload), hardware);

        Assert.Contains(" --window-cache bounded --grouped-heads fold ", hint, StringComparison.Ordinal);
    }

    private static ModelSpec Read(string config) => ModelFile.Read(Encoding.UTF8.GetBytes(config), "config.json", "m");
}
