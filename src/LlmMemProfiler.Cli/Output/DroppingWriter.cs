using System.Text;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Cli.Output;

/// <summary>
/// Text to stdout or stderr, which may be full, closed, read by nobody, or a terminal that went away when an ssh connection dropped. What was measured
/// must not be lost for that, so what cannot be written is dropped. Results are dropped from there on: a hole in them would not be seen.
/// </summary>
internal sealed class DroppingWriter : TextWriter
{
    private readonly TextWriter inner;
    private readonly bool isResult, isClosed;

    /// <param name="inner">Where the text goes.</param>
    /// <param name="isResult">True if nothing is written after what was dropped.</param>
    /// <param name="isClosed">True if the stream was closed, and another stands in for it.</param>
    internal DroppingWriter(TextWriter inner, bool isResult, bool isClosed = false) => (this.inner, this.isResult, this.isClosed) = (inner, isResult, isClosed);

    public override Encoding Encoding => inner.Encoding;

    /// <summary>Why something was dropped; null while all was written.</summary>
    public string? Fault { get; private set; }

    /// <summary>Puts itself between the program and its streams.</summary>
    /// <param name="isClosed">True if stdout was closed.</param>
    /// <returns>That for stdout.</returns>
    public static DroppingWriter Install(bool isClosed)
    {
        Console.SetError(new DroppingWriter(Console.Error, isResult: false));
        // A terminal's writer knows of the cursor, and no terminal is a pipe that nobody reads.
        var output = new DroppingWriter(Console.IsOutputRedirected ? Redirected() : Console.Out, isResult: true, isClosed);
        Console.SetOut(output);
        return output;
    }

    private static StreamWriter Redirected() => new(new StandardOutputStream(), Console.Out.Encoding) { AutoFlush = true };

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (isResult && Fault is not null)
            return;
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fault = isClosed ? "it is closed" : e.Message.TrimEnd('.');
        }
    }
}
