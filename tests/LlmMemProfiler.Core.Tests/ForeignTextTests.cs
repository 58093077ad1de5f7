namespace LlmMemProfiler.Core.Tests;

public class ForeignTextTests
{
    [Theory]
    [InlineData("NVIDIA H100 80GB HBM3")]
    [InlineData("gemüse 千 𠮷 😀 … − ✓")]
    [InlineData("[bold]a[/] \\u001b <b> =1+1 %")]
    [InlineData("")]
    public void What_is_seen_stays_as_it_is(string text) => Assert.Same(text, ForeignText.Plain(text));

    [Theory]
    [InlineData("a\e[2Jb", @"a\u001b[2Jb")]
    [InlineData("a\u009b31mb", @"a\u009b31mb")]
    [InlineData("ok\nllmmem: forged", @"ok\u000allmmem: forged")]
    [InlineData("a\r\tb\0\u007f", @"a\u000d\u0009b\u0000\u007f")]
    [InlineData("a\u0085b\u2028c\u2029", @"a\u0085b\u2028c\u2029")]
    [InlineData("a\u202eb\u2066c\u200f\u061c", @"a\u202eb\u2066c\u200f\u061c")]
    [InlineData("a\u200bb\uFEFF\u00ad", @"a\u200bb\ufeff\u00ad")]
    [InlineData("a\uffff\ufffe", @"a\uffff\ufffe")]
    [InlineData("\U000e0041", @"\udb40\udc41")]
    public void What_moves_hides_or_turns_is_seen_and_does_nothing(string text, string shown)
    {
        Assert.Equal(shown, ForeignText.Plain(text));
        Assert.Same(ForeignText.Plain(shown), shown);
    }

    /// <summary>An attribute cannot hold such text.</summary>
    [Fact]
    public void Half_a_character_is_written_out() =>
        Assert.Equal(@"a\ud800b\udc00\udc00𠮷", ForeignText.Plain(string.Concat("a", '\ud800', "b", '\udc00', '\udc00', "𠮷")));
}
