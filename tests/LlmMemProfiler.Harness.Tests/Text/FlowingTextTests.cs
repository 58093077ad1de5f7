using System.Text;
using LlmMemProfiler.Harness.Text;

namespace LlmMemProfiler.Harness.Tests.Text;

/// <summary>Each token is a byte of UTF-8.</summary>
public class FlowingTextTests
{
    [Theory]
    [InlineData("abc", "a|b|c")]
    [InlineData("aé😀b", "a|é|😀|b")]
    public void A_character_is_shown_once_it_is_whole(string text, string expected) => Assert.Equal(expected, Shown(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void What_is_no_character_does_not_wait_forever() => Assert.Equal("a|\ufffd\ufffd\ufffd\ufffd|b", Shown([(byte)'a', 0xff, 0xff, 0xff, 0xff, (byte)'b']));

    [Fact]
    public void What_waits_is_shown_at_the_end() => Assert.Equal("a|\ufffd", Shown([(byte)'a', 0xc3]));

    /// <summary>As SentencePiece decodes: a space before each word but the first.</summary>
    [Fact]
    public void A_token_s_text_may_depend_on_the_one_before_it()
    {
        var pieces = new List<string>();
        var text = new FlowingText(ids => string.Join(' ', ids), pieces.Add);
        foreach (var id in (long[])[7, 8, 9])
            text.Add(id);
        text.Complete();

        Assert.Equal(["7", " 8", " 9"], pieces);
    }

    private static string Shown(byte[] tokens)
    {
        var pieces = new List<string>();
        var text = new FlowingText(ids => Encoding.UTF8.GetString([.. ids.Select(id => (byte)id)]), pieces.Add);
        foreach (var token in tokens)
            text.Add(token);
        text.Complete();
        return string.Join('|', pieces);
    }
}
