using System.Text;
using System.Text.Json.Nodes;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Core.Tests.Records;

/// <summary>What crashes, full disks and other programs leave in a results file never costs a whole record.</summary>
public sealed class DamagedLineTests : IDisposable
{
    private static readonly string A = Line(1), B = Line(2);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Before => new()
    {
        new string('\0', 1), new string('\0', 4_096), "{\"other\":[1,2", "{\"schema\":1,\"point_id\":\"0", Line(3)[..^40], Line(3)[..2_000], "\uFEFFnoise ", "[",
    };

    [Theory]
    [MemberData(nameof(Before))]
    public void A_whole_record_behind_something_else_is_found(string before)
    {
        foreach (var text in (string[])[$"{before}{A}\n{B}\n", $"{B}\n{before}{A}\n", $"{B}\n{before}{A}"])
        {
            var file = folder.With("damaged.jsonl", text);
            var reader = new ResultsReader(isSkipping: true);
            Assert.Equal(2, reader.Read([file]).Count());
            Assert.Equal(1, reader.Skipped);
            Assert.EndsWith("; skipped but for the whole record in it", Assert.Single(reader.Remarks), StringComparison.Ordinal);

            var message = Assert.ThrowsAny<InputException>(() => new ResultsReader().Read([file]).Count()).Message;
            Assert.Contains("remove what is not the record, which is whole", message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\0\0\0\0")]
    [InlineData("noise")]
    [InlineData("{\"schema\":1,\"point_id\":\"")]
    public void And_one_before_something_else_is_found_where_another_begins(string after)
    {
        var reader = new ResultsReader(isSkipping: true);
        var read = reader.Read([folder.With("damaged.jsonl", $"{A}{after}{B}\n")]).Count();
        // Noise right behind a record makes one text of both.
        Assert.Equal((after[0] == '{' ? 2 : 1, 1), (read, reader.Skipped));
    }

    [Fact]
    public void Files_that_were_joined_without_a_line_feed_between_them_are_whole()
    {
        Assert.Equal(2, new ResultsReader().Read([folder.With("joined.jsonl", $"{A}{B}\n")]).Count());
        Assert.Equal(2, new ResultsReader().Read([folder.With("joined.jsonl", $"{A}\uFEFF{B}")]).Count());
        Assert.Equal(2, new ResultsReader(isSkipping: true).Read([folder.With("joined.jsonl", $"{A[..^100]}{A}\n{B}\n")]).Count());
    }

    /// <summary>64 MiB and more: zeros, which take no room on the disk.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_line_that_is_too_long_is_skipped_and_counted_like_any_other(bool isEnded)
    {
        var path = folder.With("long.jsonl", $"{A}\n");
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(file.Length + (200 << 20));
            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.UTF8.GetBytes(isEnded ? $"\n{B}\n" : ""));
        }
        var reader = new ResultsReader(isSkipping: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(isEnded ? 2 : 1, reader.Read([path]).Count());
        // Twice a buffer that doubles until it holds 64 MiB and more; a line that was kept whole would take 256 MiB more each time.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 600L << 20);
        Assert.Equal($"{path}:2: not a record (longer than 64 MiB); skipped", Assert.Single(reader.Remarks));
        Assert.StartsWith($"{path}:2: not a record (longer than 64 MiB); fix or remove", Assert.ThrowsAny<InputException>(() => new ResultsReader().Read([path]).Count()).Message, StringComparison.Ordinal);
    }

    /// <summary>Every property, at every depth, one at a time: what may be missing is empty or unknown then, and never null.</summary>
    [Fact]
    public void What_lacks_a_name_is_refused_or_usable()
    {
        var (refused, read) = (0, 0);
        foreach (var (at, name) in Properties(JsonNode.Parse(A)!, []).Select(p => (p[..^1], p[^1])))
        {
            var record = JsonNode.Parse(A)!.AsObject();
            record.Remove("seal");
            At(record, at).AsObject().Remove((string)name);
            var reader = new ResultsReader(isSkipping: true);
            foreach (var r in reader.Read([folder.With("lacking.jsonl", record.ToJsonString())]))
            {
                // As reports and validations read them.
                Assert.All(r.Estimates, e => Assert.NotNull(e.TensorParts.Known.Concat(e.Parts.Known).Select(p => e.Phases.Count + e.Unknown.Count)));
                Assert.NotNull(r.Measured.Unknown);
                Assert.All([r.Model.Name, r.Device.Name, r.Host.Libtorch, r.Host.Os, r.Host.Program, r.Events.SeenBy], Assert.NotNull);
            }
            (refused, read) = (refused + reader.Skipped, read + reader.Count);
        }
        Assert.InRange(refused, 60, 300);
        Assert.InRange(read, 20, 300);
    }

    [Theory]
    [InlineData("\"cpu\"", "0")]
    [InlineData("\"oom\"", "1")]
    [InlineData("\"fused\"", "0")]
    [InlineData("\"last\"", "0")]
    [InlineData("\"preallocated\"", "0")]
    [InlineData("\"load\"", "1")]
    [InlineData("\"generated\":[[", "\"generated\":[null,[")]
    [InlineData("\"unknown\":[", "\"unknown\":[null,")]
    [InlineData("\"phases\":[", "\"phases\":[null,")]
    [InlineData("\"estimates\":[", "\"estimates\":[null,")]
    [InlineData("\"allocated\":[", "\"allocated\":[null,")]
    [InlineData("\"seed\":42", "\"seed\":42,\"seed\":43")]
    [InlineData("\"total_bytes\":1099511627776", "\"total_bytes\":9007199254740993")]
    [InlineData("\"total_bytes\":1099511627776", "\"total_bytes\":1.5")]
    [InlineData("\"total_bytes\":1099511627776", "\"total_byte\\u0073\":9007199254740993")]
    public void A_word_as_a_number_a_null_in_a_list_a_name_twice_and_a_size_beyond_all_are_refused(string from, string to)
    {
        var line = System.Text.Json.JsonSerializer.Serialize(SampleRecord.Run, RecordJson.Default.RunRecord);
        Assert.Contains(from, line, StringComparison.Ordinal);
        var at = line.IndexOf(from, StringComparison.Ordinal);
        var file = folder.With("odd.jsonl", line[..at] + to + line[(at + from.Length)..]);
        Assert.StartsWith($"{file}:1: not a record (", Assert.ThrowsAny<InputException>(() => new ResultsReader().Read([file]).Count()).Message, StringComparison.Ordinal);
    }

    private static string Line(int batch) => Encoding.UTF8.GetString(Seal.Write(SampleRecord.OfBatch(batch)));

    private static JsonNode At(JsonNode node, object[] path) => path.Aggregate(node, (n, step) => (step is int i ? n[i] : n[(string)step])!);

    private static IEnumerable<object[]> Properties(JsonNode? node, object[] path) => node switch
    {
        JsonObject o => o.SelectMany(p => Properties(p.Value, [.. path, p.Key]).Prepend([.. path, p.Key])),
        JsonArray a => a.SelectMany((child, i) => Properties(child, [.. path, i])),
        _ => [],
    };
}
