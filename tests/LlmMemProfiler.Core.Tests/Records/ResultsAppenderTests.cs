using System.Text.Json;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Core.Tests.Records;

public sealed class ResultsAppenderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string File => Path.Combine(folder.Path, "results.jsonl");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_record_is_one_line()
    {
        Append("a", "b");

        Assert.Equal(["a", "b"], PointIds());
        Assert.EndsWith("}\n", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_there_stays()
    {
        Append("a");
        var before = System.IO.File.ReadAllText(File);
        Append("b");

        Assert.StartsWith(before, System.IO.File.ReadAllText(File), StringComparison.Ordinal);
        Assert.Equal(["a", "b"], PointIds());
    }

    [Fact]
    public void A_line_that_was_cut_off_spoils_no_other()
    {
        Append("a", "b");
        var whole = System.IO.File.ReadAllBytes(File);
        // Killed at one byte or another of the last line.
        var first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (var cut = whole.Length - 1; cut >= first; cut -= 97)
        {
            System.IO.File.WriteAllBytes(File, whole[..cut]);
            Append("c");

            // All but its line feed is a whole record still.
            Assert.Equal(cut == whole.Length - 1 ? ["a", "b", "c"] : ["a", "c"], PointIds());
        }
    }

    [Fact]
    public void A_whole_last_line_is_followed_by_no_empty_one()
    {
        Append("a");
        Append("b");

        Assert.DoesNotContain("\n\n", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_can_be_read_while_the_file_is_still_open()
    {
        using var file = ResultsAppender.Open(folder.Path);
        file.Append(SampleRecord.Run with { PointId = "a" });

        using var reader = new StreamReader(new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        Assert.Equal("a", PointId(reader.ReadLine()!));
    }

    [Fact]
    public void A_folder_that_is_missing_is_made()
    {
        var deep = Path.Combine(folder.Path, "a", "b");
        using (ResultsAppender.Open(deep))
            Assert.True(System.IO.File.Exists(Path.Combine(deep, ResultsFile.Name)));
        // Nobody has written to it.
        Assert.Empty(Directory.GetFileSystemEntries(deep));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_refused_in_one_line()
    {
        var file = folder.With("a file", "");
        Directory.CreateDirectory(Path.Combine(folder.Path, "taken", ResultsFile.Name));

        string[] places = [file, Path.Combine(file, "below"), Path.Combine(folder.Path, "taken"), "", "no\0path"];
        Assert.All(places, place =>
        {
            var message = Assert.ThrowsAny<InputException>(() => ResultsAppender.Open(place)).Message;
            Assert.StartsWith("out ", message, StringComparison.Ordinal);
            Assert.DoesNotContain(message, char.IsControl);
        });
    }

    private void Append(params string[] pointIds)
    {
        using var file = ResultsAppender.Open(folder.Path);
        foreach (var id in pointIds)
            file.Append(SampleRecord.Run with { PointId = id });
    }

    private IEnumerable<string> PointIds() => System.IO.File.ReadLines(File).Select(PointId);

    private static string PointId(string line) => JsonSerializer.Deserialize(line, RecordJson.Default.RunRecord)!.PointId;
}
