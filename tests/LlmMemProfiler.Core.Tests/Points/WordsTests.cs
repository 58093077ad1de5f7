using System.Text.Json;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Points;

/// <summary>The command line's and the records' words are a contract: tools outside this program read them.</summary>
public class WordsTests
{
    [Fact]
    public void Each_choice_has_the_words_that_records_and_the_command_line_have()
    {
        Assert.Equal(["preallocated", "concat", "paged"], Words.Of<CachePolicy>().Keys);
        Assert.Equal(["fused", "math"], Words.Of<AttentionKernel>().Keys);
        Assert.Equal(["last", "all"], Words.Of<LogitsFor>().Keys);
        Assert.Equal(["cpu", "cuda", "virtual"], Words.Of<DeviceKind>().Keys);
        Assert.Equal(["ok", "oom", "failed", "timeout", "stopped"], Words.Of<RunStatus>().Keys);
        Assert.Equal(["same", "fp16", "bf16", "fp32", "int8", "fp8"], CacheTypes.All.Keys);
    }

    [Fact]
    public void What_a_person_types_counts_in_any_case()
    {
        Assert.Equal(CachePolicy.Paged, Words.Of<CachePolicy>()["Paged"]);
        Assert.Equal(DataType.Float16, DataTypes.OfWeights["FP16"]);
        Assert.Equal(DataType.BFloat16, CacheTypes.All["BF16"]);
    }

    [Theory]
    [InlineData("\"paged\"", CachePolicy.Paged)]
    [InlineData("\"Paged\"", null)]
    [InlineData("\"rolling\"", null)]
    [InlineData("2", null)]
    [InlineData("null", null)]
    public void JSON_holds_the_very_word(string json, CachePolicy? policy)
    {
        if (policy is not null)
            Assert.Equal(policy, JsonSerializer.Deserialize<CachePolicy>(json));
        else
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<CachePolicy>(json));
    }
}
