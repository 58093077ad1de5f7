namespace LlmMemProfiler.Core;

/// <summary>
/// Bad input or usage. The message is one line that says what is wrong, where, and how to fix it; the program exits
/// with code 2.
/// </summary>
public class InputException : Exception
{
    public InputException(string message) : base(OneLine(message)) { }

    public InputException(string message, Exception? cause) : base(OneLine(message), cause) { }

    public InputException() { }

    /// <summary>Messages quote untrusted paths and names, which must not move the terminal's cursor.</summary>
    private static string OneLine(string message) =>
        ForeignText.Plain(message.ReplaceLineEndings(" "));
}
