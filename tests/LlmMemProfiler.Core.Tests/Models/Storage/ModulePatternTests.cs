using System.Diagnostics;
using System.Globalization;
using LlmMemProfiler.Core.Models.Storage;
using LlmMemProfiler.Core.Tests.Models.Families;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Models.Storage;

/// <summary>Which modules a checkpoint's names and patterns stand for.</summary>
public class ModulePatternTests
{
    [Theory]
    [InlineData("lm_head", "lm_head", true)]
    [InlineData("mlp.gate", "model.layers.0.mlp.gate", true)]
    [InlineData("mlp.gate", "model.layers.0.mlp.gate_proj", false)]
    [InlineData("layers.1", "model.layers.11.mlp", false)]
    [InlineData("model.layers.0.self_attn*", "model.layers.0.self_attn.q_proj", true)]
    [InlineData("model.layers.0.self_attn*", "model.layers.10.self_attn.q_proj", false)]
    [InlineData("model.layers.0*", "model.layers.0", true)]
    [InlineData("layers.*.mlp.gate", "model.layers.31.mlp.gate", true)]
    [InlineData("layers.*.mlp.gate", "model.layers.31.mlp.gate_proj", false)]
    [InlineData("layers.*.gate", "model.layers.3.gate_up.x.gate", true)]
    [InlineData("*.self_attn", "model.layers.3.self_attn.q_proj", true)]
    [InlineData("*", "lm_head", true)]
    [InlineData("yers.*.mlp", "model.layers.3.mlp", false)]
    [InlineData("layers.*.a.*.b", "layers.0.a.1.b", true)]
    [InlineData("layers.*.b.*.a", "layers.0.a.1.b", false)]
    [InlineData("re:.*mlp.gate$", "model.layers.0.mlp.gate", true)]
    [InlineData("re:mlp", "model.layers.0.mlp", false)]
    public void A_module_is_named_by_a_part_a_star_or_an_expression(string text, string module, bool isMatch) =>
        Assert.Equal(isMatch, new ModulePattern(text).IsMatch(module));

    [Fact]
    public void Hundreds_of_patterns_for_thousands_of_modules_take_no_minute()
    {
        var ignored = Enumerable.Range(0, 96).Select(layer => string.Create(CultureInfo.InvariantCulture, $"\"model.layers.{layer}.self_attn*\", \"re:model.layers.{layer}.mlp.gate$\""));
        var clock = Stopwatch.StartNew();

        var model = SmallConfig.Read("llama",
            $$$"""
            {"num_hidden_layers": 96, "quantization_config": {"quant_method": "modelopt", "quant_algo": "NVFP4", "ignore": [{{{string.Join(", ", ignored)}}}]}}
            """);

        // Taken apart for each question anew, as .NET does beyond 15 expressions, they took minutes.
        Assert.Equal(96 * 3, model.FileTensors(DataType.BFloat16).Count(tensor => tensor.Name.EndsWith("weight_scale_2", StringComparison.Ordinal)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"{clock.Elapsed}");
    }

    [Theory]
    [InlineData("re:(")]
    [InlineData("re:^(?!.*lm_head).*")]
    public void An_expression_that_cannot_be_matched_in_bounded_time_is_named(string text)
    {
        var e = Assert.Throws<InputException>(() => SmallConfig.Read("llama",
            $$$"""{"quantization_config": {"quant_method": "fp8", "ignored_layers": ["{{{text}}}"]}}"""));
        Assert.Contains($"names modules by '{text}'", e.Message, StringComparison.Ordinal);
    }
}
