using System.Text;

namespace LlmMemProfiler.Reports.Traces;

/// <summary>Lines of a file from outside: none may be longer than a bound, whatever the file holds.</summary>
internal sealed class BoundedLines(Stream stream, int longest) : IDisposable
{
    private readonly StreamReader reader = new(stream, Encoding.UTF8);
    private readonly StringBuilder line = new();

    /// <returns>Null at the end.</returns>
    /// <exception cref="FormatException">A line is too long.</exception>
    public string? ReadLine()
    {
        line.Clear();
        int c;
        while ((c = reader.Read()) >= 0 && c != '\n')
        {
            if (line.Length == longest)
                throw new FormatException($"a line of more than {longest} characters");
            line.Append((char)c);
        }
        return c < 0 && line.Length == 0 ? null : line.ToString();
    }

    public void Dispose() => reader.Dispose();
}
