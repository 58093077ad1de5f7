using System.Text.Json;

namespace LlmMemProfiler.Workflow.Tests;

public sealed class RunTests : IDisposable
{
    private static readonly byte[] PngMagic = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static readonly string[] Line = ["run", "tiny", "--device", "cpu", "--batch", "2", "--prompt", "9", "--new-tokens", "6"];

    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task A_run_is_printed_and_kept_as_the_same_record_with_a_picture_beside_it()
    {
        var ended = (await Run("--out", folder.Path, "--json")).Well();
        var record = ended.Json;
        Assert.Equal("ok", record.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, record.GetProperty("error").ValueKind);
        var kept = Assert.Single(Kept());
        Assert.True(JsonElement.DeepEquals(record, Unsealed.Of(kept)), "stdout and results.jsonl differ");
        Assert.Equal([2, 6], Lengths(record.GetProperty("generated")));

        var id = record.GetProperty("point_id").GetString()!;
        var png = Assert.Single(Directory.GetFiles(folder.Path, $"tiny-fp16-cpu-{id}.png"));
        Assert.Equal(PngMagic, File.ReadAllBytes(png)[..8]);
        var svg = Assert.Single(Directory.GetFiles(folder.Path, $"tiny-fp16-cpu-{id}.svg"));
        Assert.Contains("<svg", File.ReadAllText(svg)[..1000], StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFileSystemEntries(folder.Path).Length);

        AssertClosed(record);
        var measured = record.GetProperty("measured");
        var slack = measured.GetProperty("parts").GetProperty("slack_bytes").GetInt64();
        Assert.InRange(slack, 0, 64 << 20);
        Assert.Equal(measured.GetProperty("allocated_peak_bytes").GetInt64() + slack, measured.GetProperty("reserved_peak_bytes").GetInt64());
        AssertProgress(ended.Error);
    }

    [Fact]
    public async Task The_same_command_gives_the_same_tokens_and_events_and_another_seed_others()
    {
        // Three runs into one folder: each appends a line, and none touches those before it.
        foreach (var seed in (string[])["5", "5", "6"])
            (await Run("--seed", seed, "--out", folder.Path, "--json")).Well();
        var records = Kept();
        Assert.Equal([5, 5, 6], records.Select(r => r.GetProperty("seed").GetInt64()));
        Assert.Single(records.Select(r => r.GetProperty("point_id").GetString()).Distinct());
        Assert.Single(records.Select(Events).Distinct());
        Assert.True(Events(records[0]) > 0);
        Assert.Equal(Tokens(records[0]), Tokens(records[1]));
        Assert.NotEqual(Tokens(records[0]), Tokens(records[2]));
    }

    [Fact]
    public async Task A_last_line_that_was_cut_off_spoils_no_other()
    {
        folder.With("results.jsonl", """{"schema":1,"point_id":"cut""");
        (await Run("--out", folder.Path, "--json")).Well();
        var line = Assert.Single(File.ReadAllLines(Path.Combine(folder.Path, "results.jsonl")));
        Assert.Equal("ok", JsonDocument.Parse(line).RootElement.GetProperty("status").GetString());
    }

    /// <summary>No file may grow beyond this limit, which is more than the runtime needs, and the results have it already.</summary>
    [Fact]
    public async Task A_full_disk_costs_the_file_and_not_the_measurement()
    {
        const long limit = 4L << 30;
        var results = folder.With("results.jsonl", "");
        using (var file = File.OpenWrite(results))
        {
            file.Position = limit - 1;
            file.WriteByte((byte)'\n');
        }
        var ended = await Llmmem.Run(Llmmem.Command().WithTargetFile("env").WithArguments(["--ignore-signal=XFSZ", "prlimit", $"--fsize={limit}", Llmmem.Executable, .. Line, "--out", folder.Path, "--json"]));
        Assert.Equal(2, ended.Code);
        Assert.Equal("ok", ended.Json.GetProperty("status").GetString());
        Assert.Matches(@"\nllmmem: --out .*: cannot write the record \(.*\n$", ended.Error);
        Assert.Equal(limit, new FileInfo(results).Length);
    }

    [Fact]
    public async Task Results_that_are_no_file_are_refused_before_the_measurement()
    {
        File.CreateSymbolicLink(Path.Combine(folder.Path, "results.jsonl"), "/dev/full");
        (await Run("--out", folder.Path)).Badly(2, $"--out {folder.Path}: cannot be written", "results.jsonl is a device, not a file");
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task People_see_prediction_beside_measurement()
    {
        var ended = (await Run("--attention", "math")).Well();
        Assert.Contains("analytic   exact", ended.Output, StringComparison.Ordinal);
        Assert.Contains("simulated  exact", ended.Output, StringComparison.Ordinal);
        Assert.Matches(@"cpu total +│ +[0-9.]+ MiB │ +[0-9,]+ B", ended.Output);
        Assert.Contains("unknown: rounding: ", ended.Output, StringComparison.Ordinal);
        AssertProgress(ended.Error);
    }

    [Theory]
    [InlineData("../../escaped")]
    [InlineData("/tmp/a b;$(x)\u00e9")]
    public async Task A_models_name_cannot_leave_the_folder(string name)
    {
        var model = folder.With("model.json", $$"""
            {"name":{{JsonSerializer.Serialize(name)}},"layers":1,"d_model":16,"heads":2,"d_ff":32,"vocabulary":50,"positions":32,
             "tied_output":true,"linear_bias":true,"final_norm":true}
            """);
        var output = Path.Combine(folder.Path, "one", "two", "out");
        var record = (await Llmmem.Run("run", model, "--prompt", "4", "--new-tokens", "2", "--device", "cpu", "--out", output, "--json"))
            .Well().Json;
        Assert.Equal(name, record.GetProperty("model").GetProperty("name").GetString());
        // The model, the three folders, and the record with its two pictures.
        Assert.Equal(1 + 3 + 3, Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Length);
        var files = Directory.GetFiles(output).Select(f => Path.GetFileName(f)).ToArray();
        Assert.Equal(3, files.Length);
        Assert.All(files, f => Assert.Matches("^[A-Za-z0-9._-]+$", f));
    }

    public void Dispose() => folder.Dispose();

    private static Task<Ended> Run(params string[] more) => Llmmem.Run([.. Line, .. more]);

    private JsonElement[] Kept() =>
        [.. File.ReadAllLines(Path.Combine(folder.Path, "results.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    private static int[] Lengths(JsonElement lists) => [lists.GetArrayLength(), lists[0].GetArrayLength()];

    private static string Tokens(JsonElement record) => record.GetProperty("generated").GetRawText();

    private static long Events(JsonElement record) => record.GetProperty("events").GetProperty("count").GetInt64();

    private static void AssertClosed(JsonElement record)
    {
        var measured = record.GetProperty("measured");
        var tensorPeak = measured.GetProperty("tensor_peak_bytes").GetInt64();
        Assert.Equal(measured.GetProperty("device_peak_bytes").GetInt64(), Sum.Of(measured.GetProperty("parts")));
        Assert.Equal(tensorPeak, Sum.Of(measured.GetProperty("tensor_parts")));
        Assert.Equal(["load", "prefill", "decode"], measured.GetProperty("phases").EnumerateArray().Select(p => p.GetProperty("phase").GetString()));
        foreach (var estimate in record.GetProperty("estimates").EnumerateArray().Where(e => e.GetProperty("estimator").GetString() != "guide"))
            Assert.Equal(tensorPeak, estimate.GetProperty("tensor_peak_bytes").GetInt64());
        var events = record.GetProperty("events");
        Assert.Equal("hook", events.GetProperty("seen_by").GetString());
        Assert.Equal(0, events.GetProperty("dropped").GetInt64());
        Assert.Equal(0, events.GetProperty("late_frees").GetInt64());
        var timing = record.GetProperty("timing");
        foreach (var field in (string[])["load_seconds", "prefill_seconds", "decode_tokens_per_second"])
            Assert.True(timing.GetProperty(field).GetDouble() > 0, field);
        Assert.Equal("cpu", record.GetProperty("device").GetProperty("kind").GetString());
        Assert.True(record.GetProperty("device").GetProperty("total_bytes").GetInt64() > 0);
    }

    /// <summary>Into a pipe, one line for each phase that is over.</summary>
    private static void AssertProgress(string error)
    {
        var lines = error.TrimEnd('\n').Split('\n').Where(line => line.Contains('━', StringComparison.Ordinal)).ToList();
        Assert.Equal(["load", "prefill", "decode"], lines.Select(l => l.Split(' ')[0]));
        Assert.All(lines, line => Assert.Contains("100.0 %", line, StringComparison.Ordinal));
        Assert.DoesNotContain('\r', error);
    }
}
