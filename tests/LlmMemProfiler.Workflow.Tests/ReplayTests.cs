namespace LlmMemProfiler.Workflow.Tests;

public sealed class ReplayTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_recorded_run_becomes_segments_by_phase_and_part_and_a_picture()
    {
        var run = (await Record("trace.json.gz")).Json;
        var output = Path.Combine(folder.Path, "replayed");
        var json = (await Llmmem.Run("replay", Trace("trace.json.gz"), "--target", "h100", "--out", output, "--json")).Well().Json;

        Assert.Equal(84_929_347_584, json.GetProperty("capacity_bytes").GetInt64());
        Assert.StartsWith("Linux, CUDA 12.8: JAX topology", json.GetProperty("capacity_source").GetString(), StringComparison.Ordinal);
        Assert.Equal(run.GetProperty("events").GetProperty("count").GetInt64(), json.GetProperty("events").GetInt64());
        Assert.Equal(["load", "prefill", "decode"], json.GetProperty("phases").EnumerateArray().Select(p => p.GetProperty("phase").GetString()));
        var peak = json.GetProperty("reserved_peak");
        var levels = peak.GetProperty("levels");
        Assert.Equal(levels.GetProperty("reserved_bytes").GetInt64(), Sum.Of(peak.GetProperty("parts")));
        Assert.Equal(
            levels.GetProperty("reserved_bytes").GetInt64(),
            levels.GetProperty("requested_bytes").GetInt64() + levels.GetProperty("rounding_bytes").GetInt64() + levels.GetProperty("slack_bytes").GetInt64());
        // The weights are asked for as they were measured; blocks and segments lie over them.
        Assert.Equal(
            run.GetProperty("measured").GetProperty("tensor_parts").GetProperty("weights_bytes").GetInt64(),
            json.GetProperty("allocated_peak").GetProperty("parts").GetProperty("weights_bytes").GetInt64());
        Assert.Equal(0, levels.GetProperty("reserved_bytes").GetInt64() % (2 << 20));

        Assert.Equal(["segments-reserved.png", "segments-reserved.svg"], Directory.GetFiles(output).Select(Path.GetFileName).Order());
        Assert.Contains("small pool: ", File.ReadAllText(Path.Combine(output, "segments-reserved.svg")), StringComparison.Ordinal);

        var text = (await Llmmem.Run("replay", Trace("trace.json.gz"), "--predicted", "--expandable")).Quietly().Output;
        Assert.Contains(", predicted: ", text, StringComparison.Ordinal);
        Assert.Contains(", expandable segments", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_trace_is_refused_with_the_line_and_nothing_is_written()
    {
        await Record("trace.json");
        var lines = File.ReadAllLines(Trace("trace.json")).ToList();
        var free = lines.FindIndex(l => l.Contains("\"pid\":1", StringComparison.Ordinal) && l.Contains("\"bytes\":-", StringComparison.Ordinal));
        var output = Path.Combine(folder.Path, "replayed");

        lines.Insert(free, lines[free]);
        File.WriteAllLines(Trace("twice.json"), lines);
        (await Llmmem.Run("replay", Trace("twice.json"), "--out", output)).Badly(2, $"twice.json, line {free + 2}: event", "follows event");

        (await Llmmem.Run("replay", folder.With("noise.json", "[\nnoise\n]\n"))).Badly(2, "noise.json, line 2: not a complete trace event", "llmmem run --trace FILE");
        (await Llmmem.Run("replay", folder.With("empty.json", "[\n]\n"))).Badly(2, "empty.json, line 2: no measured allocations");
        (await Llmmem.Run("replay", folder.With("broken.json.gz", "no gzip"))).Badly(2, "broken.json.gz: cannot read");
        (await Llmmem.Run("replay", Trace("none.json"))).Badly(2, "none.json: cannot read");
        Assert.False(Directory.Exists(output));
    }

    [Theory]
    [InlineData("--target cpu", "--target 'cpu'", "must be a GPU")]
    [InlineData("--target h1000", "unknown target 'h1000'", "did you mean h100")]
    [InlineData("--at top", "'top'", "replay --help")]
    public async Task Bad_input(string line, params string[] words) =>
        (await Llmmem.Run(["replay", "trace.json", .. line.Split(' ')])).Badly(2, words);

    private string Trace(string name) => Path.Combine(folder.Path, name);

    private async Task<Ended> Record(string name) => (await Llmmem.Run(
        "run", "tiny", "--device", "cpu", "--prompt", "9", "--new-tokens", "4", "--trace", Trace(name), "--json")).Well();
}
