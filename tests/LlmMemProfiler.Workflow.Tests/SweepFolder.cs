using System.Text;
using System.Text.Json;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Tests.Records;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>A folder with a plan of tiny points, and the results of sweeps over it.</summary>
internal sealed class SweepFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public SweepFolder(int points = 2) => Plan = With("plan.json", $$"""
        {"grids":[{"model":"tiny","batch":[{{string.Join(',', Enumerable.Range(1, points))}}],"prompt":16,"new_tokens":4}]}
        """);

    public string Plan { get; private set; }

    public string Path => folder.Path;

    public string Output { get; set; } = "out";

    public string Results => System.IO.Path.Combine(folder.Path, Output, "results.jsonl");

    /// <summary>The results as they are by now, a character a byte; empty where there are none.</summary>
    public string Text => File.Exists(Results) ? Encoding.Latin1.GetString(File.ReadAllBytes(Results)) : "";

    public long Bytes => new FileInfo(Results).Length;

    public string With(string name, string text) => folder.With(name, text);

    public void PlanIs(string json) => Plan = With("plan.json", json);

    /// <summary>Leaves the first bytes of the results.</summary>
    public void CutTo(long bytes)
    {
        using var file = File.OpenWrite(Results);
        file.SetLength(bytes);
    }

    public string[] Arguments(params string[] more) =>
        ["sweep", Plan, "--device", "cpu", "--out", System.IO.Path.Combine(folder.Path, Output), .. more];

    public Task<Ended> Sweep(params string[] more) => Llmmem.Run(Arguments(more));

    /// <summary>The records; each line must be one, and the last must be whole.</summary>
    public JsonElement[] Records(string? file = null)
    {
        var text = File.ReadAllText(file ?? Results);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return [.. text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>Puts a results file with a record of each of these points next to the results.</summary>
    public void Pretend(string name, RunStatus status, params IEnumerable<string> ids) => Pretend(
        System.IO.Path.GetDirectoryName(Results)!, name, [.. ids.Select(id => Of(id).As(status) with { Repeat = 0 })]);

    /// <summary>A record of one of the plan's points.</summary>
    private static RunRecord Of(string id) => Enumerable.Range(1, 99)
        .Select(batch => SampleRecord.OfBatch(batch))
        .Select(r => SampleRecord.WithItsId(r with { Workload = r.Workload with { Prompt = 16, NewTokens = 4 } }))
        .First(r => r.PointId == id);

    public static void Pretend(string folder, string name, params IEnumerable<RunRecord> records)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(System.IO.Path.Combine(folder, name), records.Select(record => JsonSerializer.Serialize(record, RecordJson.Default.RunRecord)));
    }

    public static int Count(JsonElement summary, string state) => summary.GetProperty("counts").GetProperty(state).GetInt32();

    public void Dispose() => folder.Dispose();
}
