using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models;

public class BrokenFileTests
{
    [Theory]
    [InlineData("")]
    [InlineData("layers: 3")]
    [InlineData("{\"layers\": 3")]
    [InlineData("{\"layers\": nan}")]
    [InlineData("{} {}")]
    public void What_is_no_JSON_is_refused(string text) => Refused(text, "invalid JSON at line 1");

    [Fact]
    public void The_line_of_the_fault_is_named() => Refused("{\n\"layers\":\n3,,}", "line 3");

    /// <summary>Which of the two was meant, nobody can know: RFC 8259 leaves it open, and Python takes the last.</summary>
    [Theory]
    [InlineData("{\"model_type\":\"gpt2\",\n\"n_layer\":1,\n\"n_layer\":2}", "'n_layer' stands twice, again in line 3; must stand once")]
    [InlineData("{\"layers\":3,\n\"layers\":3}", "'layers' stands twice, again in line 2")]
    [InlineData("{\"layers\":3,\"l\\u0061yers\":NaN}", "'layers' stands twice, again in line 1")]
    [InlineData("{\"model_type\":\"gpt2\",\"a\":{\"b\":1},\"c\":[{\"a\":1},\n{\"b\":1,\"b\":1}]}", "'b' stands twice, again in line 2")]
    public void A_name_that_stands_twice_is_refused_with_its_line(string text, string naming) => Refused(text, naming);

    [Theory]
    [InlineData("[1]", "Array")]
    [InlineData("3", "Number")]
    [InlineData("null", "Null")]
    public void JSON_other_than_an_object_is_refused(string text, string kind) => Refused(text, kind);

    [Fact]
    public void Deep_nesting_is_refused()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 100_000));
        Refused(deep, "invalid JSON");
    }

    [Fact]
    public void A_huge_file_is_not_read_to_its_end()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "model.safetensors");
        using (var sparse = File.Create(file))
            sparse.SetLength(2L << 30);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var e = Assert.ThrowsAny<InputException>(() => ModelFile.Read(file));

        Assert.Contains("larger than 1048576 bytes; expected a model's config, which is smaller", e.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void A_source_without_an_end_is_not_read_to_it()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "no /dev/zero here");

        var e = Assert.ThrowsAny<InputException>(() => ModelFile.Read("/dev/zero"));

        Assert.StartsWith("/dev/zero: ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.json")]
    [InlineData("two\nlines.json")]
    [InlineData("")]
    [InlineData("no\0path")]
    public void A_path_to_nothing_is_refused_in_one_line(string path) =>
        Assert.DoesNotContain(Assert.ThrowsAny<InputException>(() => ModelFile.Read(path)).Message, char.IsControl);

    [Fact]
    public void A_folder_without_a_config_is_refused()
    {
        using var folder = new TemporaryFolder();

        var e = Assert.ThrowsAny<InputException>(() => ModelFile.Read(folder.Path));

        Assert.Contains("config.json: no such file", e.Message, StringComparison.Ordinal);
    }

    private static void Refused(string text, string naming)
    {
        using var folder = new TemporaryFolder();
        var file = folder.With("config.json", text);

        var message = Assert.ThrowsAny<InputException>(() => ModelFile.Read(file)).Message;

        Assert.StartsWith($"{file}: ", message, StringComparison.Ordinal);
        Assert.Contains(naming, message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
    }
}
