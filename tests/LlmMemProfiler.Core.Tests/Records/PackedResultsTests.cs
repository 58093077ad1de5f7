using System.IO.Compression;
using System.Text;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Core.Tests.Records;

/// <summary>Results files that gzip packed, among others.</summary>
public sealed class PackedResultsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_packed_file_holds_what_it_held_before()
    {
        var plain = folder.With("plain.jsonl", Line("a") + Line("b"));
        var packed = Packed("packed.jsonl.gz", Line("a") + Line("b"));
        var (one, other) = (new ResultsReader(), new ResultsReader());

        Assert.Equal(["a", "b"], other.Read([packed]).Select(Name));
        Assert.Equal(["a", "b"], one.Read([plain]).Select(Name));
        Assert.Equal(one.Evidence, other.Evidence);
    }

    [Fact]
    public void A_folder_stands_for_its_packed_results_too()
    {
        Packed("1.jsonl.gz", Line("a"));
        folder.With("2.jsonl", Line("b"));
        Packed("trace.json.gz", "no results");

        Assert.Equal(["a", "b"], new ResultsReader().Read([folder.Path]).Select(Name));
    }

    [Fact]
    public void A_packed_file_that_was_cut_off_gives_no_less_than_it_says()
    {
        var whole = File.ReadAllBytes(Packed("whole.jsonl.gz", Line("a") + Line("b")));
        foreach (var length in (int[])[1, 9, 10, 20, whole.Length / 2, whole.Length - 100])
        {
            var cut = Path.Combine(folder.Path, "cut.jsonl.gz");
            File.WriteAllBytes(cut, whole[..length]);
            var reader = new ResultsReader();

            // No record at all is refused by whoever reads.
            var fault = Record.Exception(() => Assert.InRange(reader.Read([cut]).Count(), 0, 1));
            Assert.True(fault is InputException || reader.Remarks.Count > 0 || reader.Count == 0, $"{length} of {whole.Length} bytes: nothing said, {fault}");
        }
    }

    [Fact]
    public void A_file_that_is_not_packed_but_named_so_is_refused() => Assert.Contains(
        "cannot be read", Assert.Throws<InputException>(() => new ResultsReader().Read([folder.With("no.jsonl.gz", Line("a"))]).Count()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_stream_that_goes_on_beyond_its_bound_is_refused_there()
    {
        using var endless = new MemoryStream(new byte[1 << 20]);
        var lines = new LineReader(endless, longest: 1 << 10) { SkipsTooLong = true, Most = 1 << 18 };

        Assert.Contains("more than", Assert.Throws<InvalidDataException>(() => lines.TryRead(out _)).Message, StringComparison.Ordinal);
        Assert.InRange(endless.Position, 1 << 18, 1 << 19);
    }

    private string Packed(string name, string text)
    {
        var path = Path.Combine(folder.Path, name);
        using var zipped = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        zipped.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    /// <summary>The point of one sequence is a, of two b.</summary>
    private static string Name(RunRecord record) => $"{(char)('a' + record.Workload.Batch - 1)}";

    private static string Line(string point) => ResultsReaderTests.Line(point);
}
