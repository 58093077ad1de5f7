using System.Text;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Tests.Files;

public sealed class SmallFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("\uFEFF{}")]
    [InlineData("\uFEFF")]
    public void A_byte_order_mark_is_passed_over(string text) =>
        Assert.Equal(text.TrimStart('\uFEFF'), Encoding.UTF8.GetString(SmallFile.Read(folder.With("plan.json", text), "plan").Span));

    [Theory]
    [InlineData("utf-16", true, "UTF-16")]
    [InlineData("utf-16BE", true, "UTF-16")]
    [InlineData("utf-16", false, "UTF-16")]
    [InlineData("utf-16BE", false, "UTF-16")]
    [InlineData("utf-32", true, "UTF-32")]
    [InlineData("utf-32BE", false, "UTF-32")]
    public void Another_encoding_is_named(string name, bool hasMark, string shown)
    {
        var encoding = Encoding.GetEncoding(name);
        var file = Path.Combine(folder.Path, "plan.json");
        File.WriteAllBytes(file, [.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes("{\"a\": 1}")]);

        Assert.Equal($"{file}: encoded in {shown}; expected a plan in UTF-8", Refused(file));
    }

    [Theory]
    [InlineData(1 << 20, true)]
    [InlineData((1 << 20) + 1, false)]
    public void A_mebibyte_is_the_most(int length, bool isRead)
    {
        var file = folder.With("plan.json", new string(' ', length));
        if (isRead)
            Assert.Equal(length, SmallFile.Read(file, "plan").Length);
        else
            Assert.Equal($"{file}: larger than 1048576 bytes; expected a plan, which is smaller", Refused(file));
    }

    [Fact]
    public void What_cannot_be_opened_is_refused()
    {
        Assert.StartsWith($"{folder.Path}: cannot be read (", Refused(folder.Path), StringComparison.Ordinal);
        Assert.EndsWith("; expected a readable plan", Refused(folder.Path), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static string Refused(string path) => Assert.ThrowsAny<InputException>(() => SmallFile.Read(path, "plan")).Message;
}
