using System.Text.Json;
using System.Text.Json.Nodes;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Calibration.Tests.Profiles;

/// <summary>A profile that is read is one that every command can use.</summary>
public sealed class ProfileCheckTests : IDisposable
{
    private static readonly string Whole = JsonSerializer.Serialize(new Synthetic { Count = 60, IsSlackSeen = true }.Profile(), ProfileJson.Default.HardwareProfile);

    private static readonly IReadOnlyList<CalibrationPoint> Points = CalibrationInput.Of(new Synthetic { Count = 2 }.Records()).Points;

    private static readonly HardwareProfile Good = new Synthetic { Count = 60 }.Profile();

    private static readonly ModelSpec Model = ModelPresets.Find("gpt2-large");

    private static readonly (ModelFacts Model, WorkloadFacts Workload) Long = (ModelFacts.Of(Model), WorkloadFacts.Of(new() { Batch = 8, Prompt = 500, NewTokens = 500 }));

    private static readonly IReadOnlyList<MemoryEstimate> Estimates = Estimators.All(Model, new() { Prompt = 8, NewTokens = 2 });

    private readonly string folder = Directory.CreateTempSubdirectory("llmmem-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string, string?> Mutations => new()
    {
        { "removed", null }, { "null", "null" }, { "zero", "0" }, { "negative", "-1" }, { "large", "1000000000000000" }, { "largest", "9223372036854775807" },
        { "huge", "1e300" }, { "infinite", "1e999" }, { "text", "\"x\"" }, { "empty", "\"\"" }, { "list", "[null]" }, { "object", "{}" },
    };

    /// <summary>Every value of a whole profile, one at a time.</summary>
    [Theory]
    [MemberData(nameof(Mutations))]
    public void A_profile_with_one_other_value_is_refused_or_can_be_used(string name, string? value)
    {
        var refused = 0;
        foreach (var path in Values(JsonNode.Parse(Whole)!, []))
        {
            var root = JsonNode.Parse(Whole)!;
            var parent = path[..^1].Aggregate(root, (n, step) => (step is int i ? n[i] : n[(string)step])!);
            if (parent is JsonArray list)
                list.RemoveAt((int)path[^1]);
            else
                parent.AsObject().Remove((string)path[^1]);
            // Text, since 1e999 is no number of a node's.
            const string Mark = "\"HERE\"";
            if (value is not null && parent is JsonArray items)
                items.Insert((int)path[^1], "HERE");
            else if (value is not null)
                parent.AsObject()[(string)path[^1]] = "HERE";
            try
            {
                Use(Read(root.ToJsonString().Replace(Mark, value, StringComparison.Ordinal)));
            }
            catch (InputException e)
            {
                refused++;
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
            catch (Exception e)
            {
                Assert.Fail($"{string.Join('.', path)} {name}: {e}");
            }
        }
        Assert.InRange(refused, 20, 1_000);
    }

    [Theory]
    [InlineData("\"kind\":\"cpu\"", "\"kind\":0")]
    [InlineData("\"kind\":\"cpu\"", "\"kind\":\"cpu\",\"kind\":\"cuda\"")]
    [InlineData("\"name\":", "\"nam\":")]
    [InlineData("\"modules\":[", "\"modules\":[null,")]
    [InlineData("\"slopes\":[", "\"slopes\":[null,")]
    [InlineData("\"features\":{", "\"features\":{\"layers\":null,")]
    [InlineData("\"dtype\":[", "\"dtype\":[0,")]
    [InlineData("\"guarantee\":", "\"guarantee\":7,\"x\":")]
    [InlineData("\"axis\":\"batch\"", "\"axis\":\"x\"")]
    [InlineData("\"estimator\":\"guide\"", "\"estimator\":\"simulated\"")]
    public void What_no_calibration_writes_is_refused(string from, string to)
    {
        var at = Whole.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, from);
        Assert.ThrowsAny<InputException>(() => Read(Whole[..at] + to + Whole[(at + from.Length)..]));
    }

    private HardwareProfile Read(string json)
    {
        var file = Path.Combine(folder, "profile.json");
        File.WriteAllText(file, json);
        return HardwareProfiles.Find(file);
    }

    /// <summary>As estimate, run, report, validate and profiles use it.</summary>
    private static void Use(HardwareProfile profile)
    {
        foreach (var estimate in Estimates)
            _ = profile.Apply(estimate, Long.Model, Long.Workload);
        _ = ProfileApplication.Warnings(profile, Long.Model, Long.Workload, Good.Hardware).Count();
        _ = Validation.Of(Points, profile);
        _ = JsonSerializer.Serialize(Drift.Between(profile, Good, Points).Constants);
        _ = Drift.Between(Good, profile, Points);
        _ = JsonSerializer.Serialize(ProfileRow.Of(profile, isInstalled: true, isHere: true));
        _ = JsonSerializer.Serialize(profile, ProfileJson.Default.HardwareProfile);
    }

    /// <summary>Of a list, the first two entries.</summary>
    private static IEnumerable<object[]> Values(JsonNode? node, object[] path) => node switch
    {
        JsonObject o => o.SelectMany(p => Values(p.Value, [.. path, p.Key]).Prepend([.. path, p.Key])),
        JsonArray a => a.Take(2).SelectMany((child, i) => Values(child, [.. path, i]).Prepend([.. path, i])),
        _ => [],
    };
}
