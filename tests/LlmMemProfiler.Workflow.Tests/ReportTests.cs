using System.Globalization;
using System.Text.Json;

namespace LlmMemProfiler.Workflow.Tests;

public sealed class ReportTests : IDisposable
{
    private static readonly string Evidence = Repository.Evidence("results.jsonl");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Committed_results_become_a_page_and_the_last_line_says_where()
    {
        var output = Path.Combine(folder.Path, "report");
        var ended = (await Llmmem.Run("report", Evidence, "--out", output)).Well();
        Assert.Equal("note: 1 of 1 records have no seal, as from earlier versions: edits to them go unnoticed\n", ended.Error);
        var page = Path.Combine(output, "report.html");
        Assert.EndsWith($"{page}\n", ended.Output, StringComparison.Ordinal);
        Assert.Contains("guide-354m", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(output, "plots", "predicted-measured.svg")));
    }

    [Fact]
    public async Task A_profile_gives_its_constant_to_the_guide_and_says_where_it_does_not_fit()
    {
        var evidence = Path.GetDirectoryName(Evidence)!;
        var profile = folder.With("other.json", (await File.ReadAllTextAsync(Path.Combine(evidence, "profile.json"), TestContext.Current.CancellationToken))
            .Replace("\"threads\": 2", "\"threads\": 3", StringComparison.Ordinal));
        var output = Path.Combine(folder.Path, "report");
        var ended = await Llmmem.Run("report", Evidence, "--profile", profile, "--out", output, "--json");
        Assert.Contains("threads 3, not 2", ended.Json.GetProperty("remarks").ToString(), StringComparison.Ordinal);
        var constant = JsonDocument.Parse(File.ReadAllText(profile)).RootElement.GetProperty("overhead").GetProperty("value_bytes").GetInt64();
        var page = await File.ReadAllTextAsync(Path.Combine(output, "report.html"), TestContext.Current.CancellationToken);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"After: {constant:N0} B"), page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_on_its_own_evidence_is_said()
    {
        var (profile, evidence) = (Repository.Evidence("profile.json"), Repository.Evidence("sweep"));
        var json = (await Llmmem.Run("report", evidence, "--profile", profile, "--out", Path.Combine(folder.Path, "own"), "--json")).Well().Json;
        Assert.Contains("was fitted to these records", json.GetProperty("remarks").ToString(), StringComparison.Ordinal);
        json = (await Llmmem.Run("report", Evidence, "--profile", profile, "--out", Path.Combine(folder.Path, "other"), "--json")).Well().Json;
        Assert.DoesNotContain("was made from", json.GetProperty("remarks").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_and_folders_are_read_together_and_a_cut_last_line_is_said()
    {
        var line = File.ReadLines(Evidence).First();
        var again = Repeated(line, 1);
        folder.With("results.jsonl", $"{line}\n{again}\n");
        var cut = folder.With("cut.jsonl", $"{Repeated(line, 2)}\n{line[..1000]}");
        var json = (await Llmmem.Run("report", Path.Combine(folder.Path, "results.jsonl"), cut, "--out", Path.Combine(folder.Path, "report"), "--json")).Well().Json;
        Assert.Equal(3, json.GetProperty("records").GetInt32());
        Assert.Equal(3, json.GetProperty("ok").GetInt32());
        Assert.Contains("cut.jsonl:2: incomplete", json.GetProperty("remarks")[0].GetString(), StringComparison.Ordinal);

        // A point that was measured again counts once.
        folder.With("results.jsonl", $"{line}\n{line.Replace("\"started\":\"20", "\"started\":\"19", StringComparison.Ordinal)}\n");
        json = (await Llmmem.Run("report", Path.Combine(folder.Path, "results.jsonl"), "--out", Path.Combine(folder.Path, "report"), "--json")).Well().Json;
        Assert.Equal(1, json.GetProperty("records").GetInt32());
        Assert.EndsWith("results.jsonl:1: point " + JsonDocument.Parse(line).RootElement.GetProperty("point_id").GetString() + " was measured again; left out",
            json.GetProperty("remarks")[0].GetString(), StringComparison.Ordinal);

        static string Repeated(string line, int repeat) => line
            .Replace("\"repeat\":0", $"\"repeat\":{repeat}", StringComparison.Ordinal).Replace("\"started\":\"20", $"\"started\":\"1{repeat}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_no_record_is_named_and_nothing_is_written()
    {
        var line = File.ReadLines(Evidence).First();
        var results = folder.With("results.jsonl", $"{line}\nnonsense\n{line}\n");
        var output = Path.Combine(folder.Path, "report");
        (await Llmmem.Run("report", results, "--out", output)).Badly(2, "results.jsonl:2: ", "not a record");
        folder.With("results.jsonl", line.Replace("\"schema\":1", "\"schema\":99", StringComparison.Ordinal) + "\n");
        (await Llmmem.Run("report", results, "--out", output)).Badly(2, "results.jsonl:1: ", "schema 99", "reads schema 1");
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public async Task Results_that_are_not_there_or_empty_and_an_unwritable_place_are_said_in_one_line()
    {
        (await Llmmem.Run("report", Path.Combine(folder.Path, "none"), "--out", folder.Path)).Badly(2, "none", "not found");
        (await Llmmem.Run("report", folder.Path, "--out", folder.Path)).Badly(2, "no results (*.jsonl) found");
        var empty = folder.With("empty.jsonl", "");
        (await Llmmem.Run("report", empty, "--out", folder.Path)).Badly(2, "no records found in", "empty.jsonl");
        (await Llmmem.Run("report", Evidence, "--out", empty)).Badly(2, "--out", "cannot write");
    }
}
