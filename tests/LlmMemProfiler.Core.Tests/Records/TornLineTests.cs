using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Core.Tests.Records;

/// <summary>A results file after a kill in the middle of a write, and on a disk that is full.</summary>
public sealed class TornLineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("{\"a\":1}\n", "{\"a\":1}\n", 0)]
    [InlineData("{\"a\":1}\n{\"a\":", "{\"a\":1}\n", 5)]
    [InlineData("{\"a\":", "", 5)]
    [InlineData("{\"a\":1}\n{", "{\"a\":1}\n", 1)]
    [InlineData("{\"a\":1}\n{\"a\":2}", "{\"a\":1}\n{\"a\":2}\n", 0)]
    [InlineData("{\"a\":1}\n{\"schema\":1,\"b{\"schema\":2}", "{\"a\":1}\n{\"schema\":2}\n", 14)]
    [InlineData("noise{\"schema\":1}{\"schema\":2}{\"schema\":", "{\"schema\":1}\n{\"schema\":2}\n", 15)]
    [InlineData("\uFEFF{\"a\":1}", "{\"a\":1}\n", 0)]
    [InlineData("\uFEFF{\"a\":1}\n", "{\"a\":1}\n", 0)]
    public void What_is_no_whole_line_is_cut_off(string before, string after, long cut)
    {
        var path = folder.With(ResultsFile.Name, before);
        using (var file = ResultsAppender.Open(folder.Path))
            Assert.Equal(cut, file.Repair());
        Assert.Equal(after, File.Exists(path) ? File.ReadAllText(path) : "");
    }

    [Fact]
    public void No_record_is_added_to_a_file_in_another_encoding()
    {
        var path = Path.Combine(folder.Path, ResultsFile.Name);
        File.WriteAllText(path, "{}\n", System.Text.Encoding.Unicode);
        var before = File.ReadAllBytes(path);

        var e = Assert.ThrowsAny<InputException>(() => ResultsAppender.Open(folder.Path));

        Assert.Equal($"{path}: encoded in UTF-16; records need UTF-8: convert it, or use another folder", e.Message);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_torn_line_longer_than_any_buffer()
    {
        var path = folder.With(ResultsFile.Name, "{}\n" + new string('x', 300_000));
        using (var file = ResultsAppender.Open(folder.Path))
            Assert.Equal(300_000, file.Repair());
        Assert.Equal("{}\n", File.ReadAllText(path));
    }

    [Fact]
    public void Where_the_disk_is_full_halfway_through_a_record_those_before_stay_and_nothing_else()
    {
        var path = Path.Combine(folder.Path, ResultsFile.Name);
        using (var file = new FullDisk(path))
        {
            ResultsAppender.Append(file, "{\"a\":1}\n"u8);
            var whole = File.ReadAllBytes(path);
            file.IsFull = true;
            Assert.Throws<IOException>(() => ResultsAppender.Append(file, "{\"b\":2}\n"u8));
            Assert.Equal(whole, File.ReadAllBytes(path));
            file.IsFull = false;
            ResultsAppender.Append(file, "{\"b\":2}\n"u8);
        }
        Assert.Equal(2, File.ReadAllLines(path).Length);
    }

    /// <summary>Takes half of what it is given, then has no room.</summary>
    private sealed class FullDisk(string path) : FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite, 0)
    {
        public bool IsFull { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            base.Write(IsFull ? buffer[..(buffer.Length / 2)] : buffer);
            if (IsFull)
                throw new IOException("No space left on device");
        }
    }
}
