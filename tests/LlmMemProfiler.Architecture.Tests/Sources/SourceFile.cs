using System.Text.RegularExpressions;

namespace LlmMemProfiler.Architecture.Tests.Sources;

/// <summary>A file of C# under src.</summary>
internal sealed partial class SourceFile
{
    private readonly string text;

    public SourceFile(string path)
    {
        text = File.ReadAllText(path);
        Path = System.IO.Path.GetRelativePath(Repository.Sources, path);
        var scanner = new Scanner(text);
        (Code, Literals) = (scanner.Code, scanner.Literals);
    }

    /// <summary>All of them, without what the build makes.</summary>
    public static IReadOnlyList<SourceFile> All { get; } = [.. Directory.GetDirectories(Repository.Sources)
        .SelectMany(project => Directory.GetFiles(project, "*.cs", SearchOption.AllDirectories)
            .Where(path => System.IO.Path.GetRelativePath(project, path).Split('/')[0] is not ("bin" or "obj")))
        .Order(StringComparer.Ordinal)
        .Select(path => new SourceFile(path))];

    /// <summary>From the folder src.</summary>
    public string Path { get; }

    /// <summary>The text without comments; what is left stands where it stood.</summary>
    public string Code { get; }

    public IReadOnlyList<StringLiteral> Literals { get; }

    /// <summary>The words of the code, with those in strings.</summary>
    public IEnumerable<string> Words() => Word().Matches(Code).Select(match => match.Value);

    /// <summary>A place as file, line and that line's text.</summary>
    public string Place(int at) => $"{Path}:{text.AsSpan(0, at).Count('\n') + 1}: {text.Split('\n')[text.AsSpan(0, at).Count('\n')].Trim()}";

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
