using System.Globalization;

namespace LlmMemProfiler.Cli.Output;

/// <summary>How many characters a line has: as COLUMNS says, else as the terminal says, else enough for any table.</summary>
internal static class ConsoleWidth
{
    private const int Least = 20, Most = 1_000, Pipe = 240;

    /// <summary>COLUMNS, if it is a width that lines can have.</summary>
    public static int? Asked { get; } = Read(Environment.GetEnvironmentVariable("COLUMNS"));

    /// <summary>Null where the terminal has to say.</summary>
    public static int? Of(bool isRedirected) => Asked ?? (isRedirected ? Pipe : null);

    /// <param name="columns">Value of COLUMNS; anything but an integer from 20 to 1,000 counts as not set.</param>
    public static int? Read(string? columns) =>
        int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out var width) && width is >= Least and <= Most ? width : null;
}
