using System.Text.Json;
using System.Text.Json.Nodes;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>Records and profiles whose names clear the screen, forge lines, turn the reading direction, and are formulas and markup.</summary>
public sealed class HostileNamesTests : IDisposable
{
    private const string Hostile = "=[red]\e[2J\e]0;x\a\u202e\u009b1m</script><b>\nllmmem: forged\r\t|`\u2028";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task They_reach_terminal_tables_pages_and_pictures_as_what_they_are()
    {
        var results = folder.With("results.jsonl", string.Join('\n', File.ReadLines(Repository.Evidence(Path.Combine("sweep", "results.jsonl"))).Take(40).Select(Renamed)) + "\n");
        var profile = JsonNode.Parse(await File.ReadAllTextAsync(Repository.Evidence("profile.json"), TestContext.Current.CancellationToken))!;
        profile["name"] = Hostile;
        profile["hardware"]!["name"] = Hostile;
        var own = folder.With("profile.json", profile.ToJsonString());
        var report = Path.Combine(folder.Path, "report");

        string[][] commands =
        [
            ["validate", results, "--profile", own, "--against", own], ["validate", results, "--profile", own, "--json"], ["report", results, "--profile", own, "--out", report],
            ["calibrate", results], ["estimate", "tiny", "--profile", own], ["validate", $"no\e[2J\nllmmem: forged"], ["estimate", $"no\e[2J\nllmmem: forged"],
        ];
        foreach (var command in commands)
        {
            var ended = await Llmmem.Run(command);
            Assert.True(ended.Code is 0 or 2, $"{command[0]}: exit code {ended.Code}: {ended.Error}");
            Assert.DoesNotContain("\nllmmem: forged", ended.Output + ended.Error, StringComparison.Ordinal);
            if (!command.Contains("--json"))
                IsPlain($"{string.Join(' ', command)} on the terminal", ended.Output + ended.Error);
        }
        foreach (var file in Directory.GetFiles(report, "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is ".csv" or ".md" or ".html" or ".svg"))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            IsPlain(file, text);
            if (Path.GetExtension(file) == ".html")
                Assert.DoesNotContain("</script><b>", text, StringComparison.Ordinal);
            if (Path.GetExtension(file) == ".csv")
                Assert.Contains("'=[red]", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_sweep_removed_is_said_in_one_plain_line_whatever_its_folder_is_called()
    {
        using var sweep = new SweepFolder(points: 1) { Output = "out\e[2J" };
        Directory.CreateDirectory(Path.GetDirectoryName(sweep.Results)!);
        await File.WriteAllTextAsync(sweep.Results, "{\"half\":", TestContext.Current.CancellationToken);
        var ended = (await sweep.Sweep("--resume")).Well();
        Assert.Contains(
            $"llmmem: {sweep.Path}/out\\u001b[2J/results.jsonl: the last line was incomplete; its 8 bytes were removed, and the point is measured again\n",
            ended.Error, StringComparison.Ordinal);
        IsPlain("stdout and stderr", ended.Output + ended.Error);
    }

    private static void IsPlain(string where, string text)
    {
        // Between the elements of a picture there are tabs.
        var isPicture = where.EndsWith(".svg", StringComparison.Ordinal);
        var odd = text.Where(c => c is not ('\n' or '\r') && !(isPicture && c == '\t') && (char.IsControl(c) || c is '\u202e' or '\u2028')).Distinct();
        Assert.True(!odd.Any(), $"{where}: {string.Join(' ', odd.Select(c => $"{(int)c:x4}"))}");
    }

    /// <summary>With the id that such a point has.</summary>
    private static string Renamed(string line)
    {
        var record = JsonSerializer.Deserialize(line, RecordJson.Default.RunRecord)!;
        var named = record with
        {
            Model = record.Model with { Name = Hostile },
            Device = record.Device with { Name = Hostile },
            Host = record.Host with { Libtorch = Hostile, Os = Hostile },
            Measured = record.Measured with { TensorPeakAt = Hostile, Unknown = [Hostile] },
            Remarks = [Hostile],
        };
        return JsonSerializer.Serialize(named with { PointId = named.Key.Id }, RecordJson.Default.RunRecord);
    }
}
