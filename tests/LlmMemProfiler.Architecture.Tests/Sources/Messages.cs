using System.Text.RegularExpressions;

namespace LlmMemProfiler.Architecture.Tests.Sources;

/// <summary>The places that raise an input error, and what they say.</summary>
internal static partial class Messages
{
    public static IEnumerable<Message> All() =>
        from file in SourceFile.All
            // It gives another name to the fields of a message that was raised elsewhere.
        where file.Path != "LlmMemProfiler.Core/FieldException.cs"
        from raised in Raised().Matches(file.Code)
        let start = raised.Index + raised.Length
        let end = End(file, start)
        let text = string.Join('\n', file.Literals.Where(l => l.Start >= start && l.End <= end).Select(l => l.Text))
        select new Message(file.Place(raised.Index), text, HandsOn(file.Code[start..end], Caught().Match(file.Code[..start])));

    /// <summary>True where the message has that of the error that was caught last, and that was an input error too.</summary>
    private static bool HandsOn(string argument, Match caught) =>
        caught.Groups["type"].Value == "InputException" && argument.Contains($"{{{caught.Groups["name"].Value}.Message}}", StringComparison.Ordinal);

    /// <summary>The closing parenthesis of the one that opened before, those in strings left out.</summary>
    private static int End(SourceFile file, int start)
    {
        for (int at = start, depth = 1; ; at++)
        {
            if (file.Literals.Where(l => l.Start == at).MaxBy(l => l.End) is { } literal)
                at = literal.End;
            depth += file.Code[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
                return at;
        }
    }

    [GeneratedRegex(@"new (?:Input|Field)Exception\(|InputException \w+\([^)]*\)\s*=>\s*new\(")]
    private static partial Regex Raised();

    [GeneratedRegex(@"\bcatch \((?<type>\w+) (?<name>\w+)\)", RegexOptions.RightToLeft)]
    private static partial Regex Caught();
}
