namespace LlmMemProfiler.Core;

/// <summary>
/// Bad input or usage. The message is one line that says what is wrong, where, and what would be right; the program ends
/// with exit code 2.
/// </summary>
public sealed class InputException : Exception
{
    public InputException(string message) : base(message) { }

    public InputException(string message, Exception cause) : base(message, cause) { }

    public InputException() { }
}
