using System.Text;
using System.Text.Json;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Tests.Records;

namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>A model that is no GPT-2 comes back from a record as it was run.</summary>
public class KeptConfigTests
{
    public static TheoryData<string> Names => [.. TinyModels.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_record_brings_back_the_model_of_each_family(string name)
    {
        var model = TinyModels.Find(name);
        var json = JsonSerializer.Serialize(SampleRecord.Estimate with { Model = ModelFacts.Of(model) }, RecordJson.Default.EstimateRecord);
        var back = JsonSerializer.Deserialize(json, RecordJson.Default.EstimateRecord)!.Model;
        Assert.Equal(ModelFacts.Of(model), back);
        Assert.Equal(model, back.ToSpec());
    }

    /// <summary>So that what was recorded of them keeps its ids.</summary>
    [Theory]
    [InlineData("tiny")]
    [InlineData("gpt2-medium")]
    public void A_record_of_a_GPT_2_has_no_config(string preset)
    {
        var model = ModelPresets.Find(preset);
        Assert.DoesNotContain("config", JsonSerializer.Serialize(SampleRecord.Estimate with { Model = ModelFacts.Of(model) }, RecordJson.Default.EstimateRecord), StringComparison.Ordinal);
        Assert.Equal(model, ModelFacts.Of(model).ToSpec());
    }

    [Fact]
    public void Models_that_differ_only_in_what_no_family_reads_are_one_point()
    {
        Assert.Equal(Facts(""), Facts(", \"transformers_version\": \"4.57.0\", \"eos_token_id\": 2"));
        Assert.NotEqual(Facts(""), Facts(", \"rope_theta\": 20000.0"));

        static ModelFacts Facts(string more) => ModelFacts.Of(ModelFile.Read(Encoding.UTF8.GetBytes(
            "{\"model_type\": \"llama\", \"hidden_size\": 64, \"intermediate_size\": 96, \"num_hidden_layers\": 1, \"num_attention_heads\": 4" + more + "}"), "test", "test"));
    }

    [Fact]
    public void A_record_whose_config_describes_another_model_is_refused()
    {
        var model = TinyModels.Find("llama");
        var record = SampleRecord.WithItsId(SampleRecord.Run with { Model = ModelFacts.Of(model), Generated = [] });
        Assert.Null(RecordCheck.Contradiction(record));
        var other = SampleRecord.WithItsId(record with { Model = record.Model with { Layers = 4 } });
        Assert.Contains("model is not what its config describes", RecordCheck.Contradiction(other), StringComparison.Ordinal);
        var none = SampleRecord.WithItsId(record with { Model = record.Model with { Config = "{\"model_type\":\"none\"}" } });
        Assert.Contains("config of llama: ", RecordCheck.Contradiction(none), StringComparison.Ordinal);
    }
}
