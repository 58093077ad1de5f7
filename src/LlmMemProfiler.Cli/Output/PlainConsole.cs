using LlmMemProfiler.Core;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Output;

/// <summary>A console that takes text as it is: nothing in it is Spectre's markup, an escape sequence or another line.</summary>
internal sealed class PlainConsole(IAnsiConsole console)
{
    /// <summary>True on a terminal.</summary>
    public bool IsInteractive => console.Profile.Capabilities.Interactive;

    public int Width => console.Profile.Width;

    /// <summary>A line, wrapped where it is wider than the console.</summary>
    public void WriteLine(string text) => console.WriteLine(ForeignText.Plain(text));

    /// <summary>A line that is not wrapped, such as a path, which could not be copied then.</summary>
    public void WriteWhole(string text) => console.Profile.Out.Writer.WriteLine(ForeignText.Plain(text));

    public void Write(ConsoleTable table) => console.Write(table);

    /// <summary>Writes over the line that the cursor is in, and leaves it there.</summary>
    /// <param name="text">What it shows.</param>
    /// <param name="end">What the cursor does then.</param>
    public void Rewrite(string text, string end = "") => console.Profile.Out.Writer.Write($"\r{ForeignText.Plain(text)}{end}");
}
