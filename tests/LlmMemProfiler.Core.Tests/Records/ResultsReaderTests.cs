using System.Text;
using System.Text.Json;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Core.Tests.Records;

public sealed class ResultsReaderTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Records_come_in_the_order_of_files_and_lines()
    {
        var one = folder.With("one.jsonl", Line("a") + Line("b"));
        var two = folder.With("two.jsonl", Line("c"));

        Assert.Equal(["c", "a", "b"], Read(two, one));
    }

    [Fact]
    public void A_folder_stands_for_all_its_results_by_name_and_no_file_is_read_twice()
    {
        folder.With("results-2-of-2.jsonl", Line("b"));
        var first = folder.With("results-1-of-2.jsonl", Line("a"));
        folder.With("notes.txt", "no results");

        Assert.Equal(["a", "b"], Read(folder.Path, first));
    }

    [Fact]
    public void A_last_line_that_was_cut_off_is_left_out_and_said()
    {
        var whole = Line("a") + Line("b").TrimEnd('\n');
        var begun = Line("a").Length;
        for (var length = begun + 1; length < whole.Length; length += 97)
        {
            var file = folder.With("cut.jsonl", whole[..length]);
            var reader = new ResultsReader();

            Assert.Equal(["a"], reader.Read([file]).Select(Name));
            Assert.Equal($"{file}:2: incomplete at the end of the file, skipped", Assert.Single(reader.Remarks));
        }
    }

    [Fact]
    public void A_last_line_without_its_line_feed_is_a_record_all_the_same() =>
        Assert.Equal(["a", "b"], Read(folder.With("whole.jsonl", Line("a") + Line("b").TrimEnd('\n'))));

    public static TheoryData<string, string> BadLines => new()
    {
        { "garbage", "not a record (" },
        { "[1]", "not a record (not a JSON object)" },
        { "null", "not a record (not a JSON object)" },
        { "{}", "schema is missing" },
        { Line("a")[..200], "not a record" },
        { Changed("\"schema\":1", "\"schema\":99"), "schema 99; this program reads schema 1" },
        { Changed("\"schema\":1,", ""), "schema is missing" },
        { Changed("\"seed\":42", "\"seed\":NaN"), "not a record" },
        { Changed("\"prefill_seconds\":0.25", "\"prefill_seconds\":NaN"), "not a record" },
        { Changed("\"prefill_seconds\":0.25", "\"prefill_seconds\":\"NaN\""), "not a record" },
        { Changed("\"prompt\":8", "\"prompt\":99999999999"), "not a record" },
        { Changed("\"prompt\":8", "\"prompt\":0"), "expected a positive whole number" },
        { Changed("\"dtype\":\"fp16\"", "\"dtype\":\"fp4\""), "'fp4' is not one of fp32, fp16, bf16, int8, fp8, int64, at $.workload.dtype" },
        { Changed("\"cache\":\"preallocated\"", "\"cache\":\"\\u001b[2J\""), "is not one of preallocated, concat, paged, at $.workload.cache" },
        { Changed("\"device_peak_bytes\":7000000000", "\"device_peak_bytes\":7000000001"), "must be the device peak" },
        { Changed("\"tensor_peak_bytes\":5000000000", "\"tensor_peak_bytes\":-1"), "negative" },
        { Changed("\"point_id\":\"", "\"point_id\":\"../../x"), "point_id" },
        { Changed("\"model\":{", "\"model\":null,\"old\":{"), "not a record" },
    };

    [Theory]
    [MemberData(nameof(BadLines))]
    public void A_bad_line_is_refused_with_file_and_line_or_skipped_and_counted(string line, string reason)
    {
        var file = folder.With("bad.jsonl", Line("a") + line.TrimEnd('\n') + "\n" + Line("b"));

        var message = Assert.ThrowsAny<InputException>(() => Read(file)).Message;
        Assert.StartsWith($"{file}:2: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains("skip_bad", message, StringComparison.Ordinal);

        var reader = new ResultsReader(isSkipping: true);
        Assert.Equal(["a", "b"], reader.Read([file]).Select(Name));
        Assert.Equal((1, 2), (reader.Skipped, reader.Count));
        Assert.StartsWith($"{file}:2: ", Assert.Single(reader.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void One_record_stands_only_once()
    {
        var (file, copied) = (folder.With("file.jsonl", Line("a")), folder.With("copy.jsonl", Line("a")));
        var message = Assert.ThrowsAny<InputException>(() => Read(file, copied)).Message;
        Assert.StartsWith($"{copied}:1: ", message, StringComparison.Ordinal);
        Assert.Contains("is a duplicate", message, StringComparison.Ordinal);

        var reader = new ResultsReader(isSkipping: true);
        Assert.Equal(["a"], reader.Read([file, copied]).Select(Name));
        Assert.Equal(1, reader.Skipped);
    }

    /// <summary>A clock that stands still, or was set back to the same second, makes no two measurements one.</summary>
    [Fact]
    public void Measurements_are_told_apart_by_their_own_names_and_not_by_a_clock()
    {
        string Named(string run, int repeat) =>
            JsonSerializer.Serialize(SampleRecord.Run with { RunId = run, Repeat = repeat }, RecordJson.Default.RunRecord) + "\n";
        Assert.Equal(2, Read(folder.With("apart.jsonl", Named("one", 0) + Named("two", 1))).Count);
        var message = Assert.ThrowsAny<InputException>(() => Read(folder.With("copies.jsonl", Named("one", 0) + Named("one", 0)))).Message;
        Assert.Contains("run one of point", message, StringComparison.Ordinal);
        Assert.Contains("is a duplicate", message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pipe_among_a_folders_results_is_refused_and_not_waited_for()
    {
        var pipe = Path.Combine(folder.Path, "pipe.jsonl");
        using var made = System.Diagnostics.Process.Start("mkfifo", [pipe])!;
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var message = (await Assert.ThrowsAnyAsync<InputException>(() => Task.Run(() => Read(folder.Path)))).Message;
        Assert.Equal($"{pipe} is a pipe; expected a results file", message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_point_that_was_measured_again_counts_once_by_its_last_record_and_the_others_are_named(bool isSkipping)
    {
        var one = folder.With("results-1-of-2.jsonl", Line("a", Noon.AddMinutes(2)) + Line("b"));
        // A clock may be set back. The last line is no record of this program.
        var other = Line("b", Noon.AddHours(1)).Replace("\"schema\":1,", "\"schema\":2,", StringComparison.Ordinal);
        var two = folder.With("results-2-of-4.jsonl", Line("a", Noon.AddMinutes(3)) + Line("a", Noon.AddMinutes(1)) + (isSkipping ? other : ""));
        var (reader, alone) = (new ResultsReader(isSkipping), new ResultsReader());

        Assert.Equal([("b", Noon), ("a", Noon.AddMinutes(1))], reader.Read([one, two]).Select(r => (Name(r), r.Started)));
        Assert.Equal(
            [$"{one}:1: point {Record("a", null).PointId} was measured again; left out", $"{two}:1: point {Record("a", null).PointId} was measured again; left out"],
            reader.Remarks.Where(remark => remark.Contains("left out", StringComparison.Ordinal)));
        Assert.Equal(2, reader.Count);
        // What was left out is no evidence.
        _ = alone.Read([folder.With("alone.jsonl", Line("b") + Line("a", Noon.AddMinutes(1)))]).Count();
        Assert.Equal(alone.Evidence, reader.Evidence);
    }

    [Fact]
    public void Repeats_seeds_machines_and_folders_are_measurements_of_their_own()
    {
        RunRecord[] records =
        [
            SampleRecord.Run,
            SampleRecord.Run with { Repeat = 3 },
            SampleRecord.Run with { Seed = 43 },
            SampleRecord.Run with { Device = SampleRecord.Run.Device with { Name = "Another processor" } },
            SampleRecord.Run with { Host = SampleRecord.Run.Host with { Threads = 9 } },
        ];
        var lines = records.Select((r, i) => JsonSerializer.Serialize(r with { Started = Noon.AddMinutes(i) }, RecordJson.Default.RunRecord));
        Assert.Equal(5, Read(folder.With("several.jsonl", string.Join('\n', lines))).Count);

        Directory.CreateDirectory(Path.Combine(folder.Path, "again"));
        Assert.Equal(["a", "a"], Read(folder.With("one.jsonl", Line("a")), folder.With("again/one.jsonl", Line("a", Noon.AddMinutes(1)))));
    }

    [Fact]
    public void Of_many_bad_lines_only_some_are_named()
    {
        var reader = new ResultsReader(isSkipping: true);
        Assert.Empty(reader.Read([folder.With("bad.jsonl", string.Concat(Enumerable.Repeat("x\n", 100)))]));

        Assert.Equal(6, reader.Remarks.Count);
        Assert.Equal("100 bad lines skipped in total", reader.Remarks[^1]);
    }

    [Fact]
    public void The_evidence_is_the_hash_of_the_lines_of_the_records()
    {
        var text = Line("a") + Line("b");
        var plain = new ResultsReader();
        _ = plain.Read([folder.With("plain.jsonl", text)]).Count();
        var parted = new ResultsReader(isSkipping: true);
        _ = parted.Read([folder.With("1.jsonl", Line("a") + "garbage\n"), folder.With("2.jsonl", "\n" + Line("b").TrimEnd('\n'))]).Count();

        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text))), plain.Evidence);
        Assert.Equal(plain.Evidence, parted.Evidence);
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over_also_where_files_were_joined()
    {
        var marked = folder.With("marked.jsonl", "\uFEFF" + Line("a") + "\uFEFF" + Line("b").TrimEnd('\n'));
        var plain = folder.With("plain.jsonl", Line("a") + Line("b"));
        var (one, other) = (new ResultsReader(), new ResultsReader());

        Assert.Equal(["a", "b"], one.Read([marked]).Select(Name));
        Assert.Equal(2, other.Read([plain]).Count());
        Assert.Equal(other.Evidence, one.Evidence);
        Assert.Equal([], Read(folder.With("empty.jsonl", "\uFEFF")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_encoding_is_named_once(bool hasMark)
    {
        var file = Path.Combine(folder.Path, "wide.jsonl");
        var text = string.Concat(Enumerable.Range(0, 41).Select(i => Line("a", Noon.AddMinutes(i))));
        File.WriteAllBytes(file, [.. hasMark ? Encoding.Unicode.GetPreamble() : [], .. Encoding.Unicode.GetBytes(text)]);

        foreach (var isSkipping in (bool[])[false, true])
        {
            Assert.Equal(
                $"{file}: cannot be read (encoded in UTF-16, not in UTF-8); expected a results file",
                Assert.ThrowsAny<InputException>(() => new ResultsReader(isSkipping).Read([file]).Count()).Message);
        }
    }

    [Fact]
    public void What_is_not_there_or_holds_nothing_is_refused()
    {
        Assert.Contains("not found", Assert.ThrowsAny<InputException>(() => Read(Path.Combine(folder.Path, "none"))).Message, StringComparison.Ordinal);
        Assert.Contains("no results (*.jsonl) found", Assert.ThrowsAny<InputException>(() => Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_longer_than_the_buffer_are_read_whole()
    {
        var padded = Unsealed("a").Replace("\"schema\":1,", "\"schema\":1," + new string(' ', 300_000), StringComparison.Ordinal);
        Assert.Equal(["a", "b", "c"], Read(folder.With("long.jsonl", padded + Line("b") + Changed(Unsealed("c"), "{", "{" + new string(' ', 70_000)))));
    }

    private static List<string> Read(params string[] paths)
    {
        var reader = new ResultsReader();
        return [.. reader.Read(paths).Select(Name)];
    }

    private static string Changed(string from, string to) => Changed(Unsealed("a"), from, to);

    private static string Changed(string line, string from, string to)
    {
        var at = line.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, from);
        return line[..at] + to + line[(at + from.Length)..];
    }

    /// <summary>The point of one sequence is a, of two b, and so on.</summary>
    private static string Name(RunRecord record) => $"{(char)('a' + record.Workload.Batch - 1)}";

    internal static string Line(string point, DateTimeOffset? started = null) => Encoding.UTF8.GetString(Seal.Write(Record(point, started))) + "\n";

    /// <summary>As earlier versions wrote it.</summary>
    private static string Unsealed(string point, DateTimeOffset? started = null) =>
        JsonSerializer.Serialize(Record(point, started), RecordJson.Default.RunRecord) + "\n";

    private static RunRecord Record(string point, DateTimeOffset? started) => SampleRecord.OfBatch(point[0] - 'a' + 1) with { Started = started ?? Noon };
}
