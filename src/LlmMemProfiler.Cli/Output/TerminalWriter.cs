using System.Text;

namespace LlmMemProfiler.Cli.Output;

/// <summary>
/// Text to a terminal, which may go away: when an ssh connection drops, each write fails. What is said is lost then, and what was
/// measured must not be, so those failures are ignored. A file or a pipe that fails is an error as ever.
/// </summary>
internal sealed class TerminalWriter : TextWriter
{
    private readonly TextWriter inner;

    private TerminalWriter(TextWriter inner) => this.inner = inner;

    public override Encoding Encoding => inner.Encoding;

    /// <summary>Puts itself between the program and its terminal, where it has one.</summary>
    public static void Install()
    {
        if (!Console.IsOutputRedirected)
            Console.SetOut(new TerminalWriter(Console.Out));
        if (!Console.IsErrorRedirected)
            Console.SetError(new TerminalWriter(Console.Error));
    }

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            // Nobody is there to be told.
        }
    }
}
