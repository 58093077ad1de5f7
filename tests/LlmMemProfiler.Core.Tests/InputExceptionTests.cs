namespace LlmMemProfiler.Core.Tests;

public class InputExceptionTests
{
    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\r\nb")]
    [InlineData("a\u001b[31mb")]
    [InlineData("a\u009bb")]
    [InlineData("a\u2028b")]
    [InlineData("a\u202eb")]
    public void A_message_is_one_line_without_control_characters_whatever_it_quotes(string message)
    {
        var shown = new InputException(message).Message;

        Assert.DoesNotContain(shown, c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u202e');
        Assert.StartsWith("a", shown, StringComparison.Ordinal);
        Assert.EndsWith("b", shown, StringComparison.Ordinal);
    }
}
