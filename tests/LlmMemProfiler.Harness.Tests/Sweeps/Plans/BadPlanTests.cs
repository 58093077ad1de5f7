using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Tests;

namespace LlmMemProfiler.Harness.Tests.Sweeps.Plans;

/// <summary>A plan comes from outside: what is wrong is named with file, field and remedy.</summary>
public class BadPlanTests
{
    [Theory]
    [InlineData("", "not a plan", "quick.json")]
    [InlineData("{", "not a plan at line 1")]
    [InlineData("[]", "plan.json is []", "an object with")]
    [InlineData("{}", "no grids or points")]
    [InlineData("""{"grids":[]}""", "plan.json: grids is []", "a nonempty array")]
    [InlineData("""{"grids":{}}""", "plan.json: grids is {}", "a nonempty array")]
    [InlineData("""{"gridss":[]}""", "plan.json: unknown field 'gridss'", "did you mean grids")]
    [InlineData("""{"grids":[{}]}""", "grids[0]: missing model")]
    [InlineData("""{"grids":[1]}""", "grids[0] is 1", "an object with model, dtype")]
    [InlineData("""{"grids":[{"model":"tiny"},{"model":"tny"}]}""", "grids[1].model", "did you mean tiny")]
    [InlineData("""{"grids":[{"model":7}]}""", "grids[0].model is 7", "string")]
    [InlineData("""{"grids":[{"model":"tiny","bach":1}]}""", "grids[0]: unknown field 'bach'", "did you mean batch")]
    [InlineData("""{"grids":[{"model":"tiny","batch":1,"batch":2}]}""", "not a plan", "batch")]
    [InlineData("""{"grids":[{"model":"tiny","batch":[]}]}""", "grids[0].batch is []", "nonempty")]
    [InlineData("""{"grids":[{"model":"tiny","batch":[1,0]}]}""", "grids[0].batch[1] is 0", "from 1 to 2147483647")]
    [InlineData("""{"grids":[{"model":"tiny","batch":1e30}]}""", "grids[0].batch is 1e30", "from 1")]
    [InlineData("""{"grids":[{"model":"tiny","batch":1.5}]}""", "grids[0].batch is 1.5", "an integer")]
    [InlineData("""{"grids":[{"model":"tiny","batch":"4"}]}""", "grids[0].batch is \"4\"", "an integer")]
    [InlineData("""{"grids":[{"model":"tiny","prompt":"32x"}]}""", "grids[0].prompt is \"32x\"", "such as 32k")]
    [InlineData("""{"grids":[{"model":"tiny","batch":null}]}""", "grids[0].batch is null", "an integer")]
    [InlineData("""{"grids":[{"model":"tiny","batch":NaN}]}""", "not a plan at line 1")]
    [InlineData("""{"grids":[{"model":"tiny","dtype":"fp15"}]}""", "grids[0].dtype is \"fp15\"", "fp16 or bf16")]
    [InlineData("""{"grids":[{"model":"tiny","prompt":121,"new_tokens":8}]}""", "grids[0]: prompt 121", "tiny has 128")]
    [InlineData("""{"points":[{"model":"tiny","batch":[1,2]}]}""", "points[0].batch is [1,2]", "an integer")]
    [InlineData("""{"grids":[{"model":"tiny"}],"exclude":[{}]}""", "exclude[0] is {}", "condition")]
    [InlineData("""{"grids":[{"model":"tiny"}],"exclude":[{"dtype":"fp15"}]}""", "exclude[0].dtype is \"fp15\"", "int8")]
    [InlineData("""{"grids":[{"model":"tiny"}],"exclude":[{"model":"gpt2"}]}""", "exclude[0].model is \"gpt2\"", "must be tiny")]
    [InlineData("""{"grids":[{"model":"tiny"}],"only":[{"length":{"over":3}}]}""", "only[0].length: unknown field 'over'", "at_least")]
    [InlineData("""{"grids":[{"model":"tiny"}],"only":[{"length":{}}]}""", "only[0].length is {}", "at_least")]
    [InlineData("""{"grids":[{"model":"tiny"}],"only":[{"length":"long"}]}""", "only[0].length is \"long\"", "64-bit integer")]
    [InlineData("""{"grids":[{"model":"tiny"}],"only":[{"batch":7}]}""", "no points left")]
    public void One_line_says_what_and_where(string json, params string[] words)
    {
        var message = Assert.ThrowsAny<InputException>(() => PlanText.Read(json)).Message;
        Assert.StartsWith("plan.json", message, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.Ordinal));
        Assert.DoesNotContain(message, char.IsControl);
    }

    [Fact]
    public void A_product_of_more_points_than_memory_holds_is_not_made()
    {
        var many = $"[{string.Join(',', Enumerable.Range(1, 1000))}]";
        var axes = string.Join(',', ((string[])["batch", "prompt", "new_tokens", "cache_block", "prefill_chunk"]).Select(a => $"\"{a}\":{many}"));
        foreach (var grids in (string[])[$"{{\"model\":\"tiny\",{axes}}}", string.Join(',', Enumerable.Repeat($"{{\"model\":\"tiny\",\"batch\":{many}}}", 101))])
        {
            var message = Assert.ThrowsAny<InputException>(() => PlanText.Read($"{{\"grids\":[{grids}]}}")).Message;
            Assert.Contains("more than 100000 points", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_model_with_more_parameters_than_64_bits_can_count()
    {
        using var folder = new TemporaryFolder();
        folder.With("huge.json", """
            {"layers":4000,"d_model":2147483647,"heads":1,"d_ff":2147483647,"vocabulary":2147483647,"positions":2147483647,
             "tied_output":false,"linear_bias":true,"final_norm":true}
            """);
        var message = Assert.ThrowsAny<InputException>(() => PlanText.Read("""{"points":[{"model":"huge.json"}]}""", folder.Path)).Message;
        Assert.Contains("points[0].model", message, StringComparison.Ordinal);
        Assert.Contains("64 bits", message, StringComparison.Ordinal);
    }
}
