using System.Text.Json;
using System.Text.Json.Nodes;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Records;

/// <summary>Tools outside this repository read these names.</summary>
public class ContractTests
{
    private static readonly JsonObject Estimate =
        JsonSerializer.SerializeToNode(SampleRecord.Estimate, RecordJson.Default.EstimateRecord)!.AsObject();

    private static readonly JsonObject Run =
        JsonSerializer.SerializeToNode(SampleRecord.Run, RecordJson.Default.RunRecord)!.AsObject();

    [Fact]
    public void An_estimate_has_the_fields_of_the_contract()
    {
        Has(Estimate, "schema", "model", "workload", "profile", "estimates");
        Has(Estimate["model"], "name", "parameters", "layers", "d_model", "heads", "kv_heads", "d_ff", "vocabulary", "positions");
        Has(Estimate["workload"],
            "batch", "prompt", "new_tokens", "dtype", "kv_dtype", "cache", "attention", "prefill_chunk", "logits");
        Assert.All(Estimate["estimates"]!.AsArray(), HasTheFieldsOfAnEstimate);
        Assert.Equal(["guide", "analytic", "simulated"], Estimate["estimates"]!.AsArray().Select(e => (string)e!["estimator"]!));
    }

    [Fact]
    public void A_verdict_has_the_fields_of_the_contract()
    {
        var judged = JsonSerializer.SerializeToNode(SampleRecord.Judged, RecordJson.Default.EstimateRecord)!;
        Has(judged, "target", "verdict", "margin_bytes", "moment");
        Has(judged["target"], "name", "total_bytes", "source");
        Has(judged["moment"], "phase", "step", "layer", "operation", "part");
        Has(judged["needed"], "low_bytes", "value_bytes", "high_bytes");
        Assert.Equal("depends", (string)judged["verdict"]!);
        // Nobody asked.
        Assert.All((string[])["target", "verdict", "margin_bytes", "moment"], name => Assert.True(Estimate.ContainsKey(name) && Estimate[name] is null, name));
    }

    [Fact]
    public void A_run_has_the_fields_of_the_contract()
    {
        Has(Run,
            "schema", "point_id", "status", "model", "workload", "device", "host", "measured",
            "estimates", "timing", "events", "generated");
        Has(Run["device"], "kind", "name", "uuid", "total_bytes");
        Has(Run["measured"],
            "tensor_peak_bytes", "allocated_peak_bytes", "reserved_peak_bytes", "device_peak_bytes", "parts", "phases");
        Has(Run["timing"], "load_seconds", "prefill_seconds", "decode_tokens_per_second");
        Has(Run["events"], "count");
        Assert.All(Run["estimates"]!.AsArray(), HasTheFieldsOfAnEstimate);
    }

    [Theory]
    [InlineData(RunStatus.Ok, "ok")]
    [InlineData(RunStatus.Oom, "oom")]
    [InlineData(RunStatus.Failed, "failed")]
    [InlineData(RunStatus.Timeout, "timeout")]
    public void A_status_is_a_word(RunStatus status, string word)
    {
        var json = JsonSerializer.SerializeToNode(SampleRecord.Run with { Status = status }, RecordJson.Default.RunRecord)!;

        Assert.Equal(word, (string)json["status"]!);
    }

    [Fact]
    public void Parts_name_each_line_of_the_account_and_null_is_not_known()
    {
        var parts = Run["measured"]!["parts"]!.AsObject();

        Assert.Equal(Parts.All.Select(p => p.Name() + "_bytes"), parts.Select(p => p.Key));
        Assert.Equal((6_000_000_000, 1), ((long)parts["weights_bytes"]!, (long)parts["residual_bytes"]!));
        Assert.Null(parts["modules_bytes"]);
    }

    [Fact]
    public void A_guide_estimate_reads_in_plain_integers()
    {
        var guide = Estimate["estimates"]![0]!;

        Assert.Equal((280_576, 104_857_600), ((long)guide["parts"]!["weights_bytes"]!, (long)guide["parts"]!["overhead_bytes"]!));
        Assert.Null(guide["high_bytes"]);
    }

    [Fact]
    public void All_names_are_snake_case_and_all_bytes_are_integers_or_null()
    {
        Assert.All(Fields(Estimate).Concat(Fields(Run)), field =>
        {
            var (name, value) = field;
            // Environment variables keep their own names.
            Assert.True(name == "OMP_NUM_THREADS" || name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'), name);
            if (name.EndsWith("_bytes", StringComparison.Ordinal))
                Assert.All(Values(value), v => Assert.True(v is null || v.AsValue().TryGetValue<long>(out _), name));
        });
    }

    [Fact]
    public void Words_of_phases_are_lower_case() =>
        Assert.Equal(["load", "decode"], Run["timeline"]!["phase"]!.AsArray().Select(p => (string)p!));

    private static void HasTheFieldsOfAnEstimate(JsonNode? estimate)
    {
        Has(estimate,
            "estimator", "parts", "tensor_peak_bytes", "allocated_peak_bytes", "reserved_peak_bytes",
            "total_bytes", "low_bytes", "high_bytes");
        Has(estimate!["parts"], "weights_bytes", "kv_cache_bytes", "activations_bytes", "overhead_bytes");
    }

    private static void Has(JsonNode? node, params string[] fields)
    {
        var has = node!.AsObject();
        Assert.All(fields, field => Assert.True(has.ContainsKey(field), $"{field} is missing"));
    }

    /// <summary>A column of the timeline is many values under one name.</summary>
    private static IEnumerable<JsonNode?> Values(JsonNode? value) => value is JsonArray column ? column : new JsonNode?[] { value };

    private static IEnumerable<(string Name, JsonNode? Value)> Fields(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => Fields(p.Value).Prepend((p.Key, p.Value))),
        JsonArray a => a.SelectMany(Fields),
        _ => [],
    };
}
