using System.Text;

namespace LlmMemProfiler.Cli.Tests.Golden;

/// <summary>What a failing test shows: the lines between the equal beginning and the equal end, some of each side.</summary>
internal static class ShortDiff
{
    private const int Most = 12, LongestLine = 200;

    public static string Of(string expected, string seen)
    {
        var (old, now) = (expected.Split('\n'), seen.Split('\n'));
        var shorter = Math.Min(old.Length, now.Length);
        var head = Enumerable.Range(0, shorter).TakeWhile(i => old[i] == now[i]).Count();
        var tail = Enumerable.Range(1, shorter - head).TakeWhile(i => old[^i] == now[^i]).Count();
        var text = new StringBuilder().AppendLine($"line {head + 1}, of '{old.Take(head).LastOrDefault(l => l.StartsWith("$ ", StringComparison.Ordinal))}'");
        // Of a long line, a record for example, what differs shall be seen.
        var equal = head < shorter ? old[head].Zip(now[head]).TakeWhile(pair => pair.First == pair.Second).Count() : 0;
        var (gone, come) = (old[head..^tail], now[head..^tail]);
        // Where lines only changed, those between that did not are left out.
        var isDifferent = gone.Zip(come, (then, now) => then != now).ToList();
        Append(text, '-', gone.Length == come.Length ? [.. gone.Where((_, i) => isDifferent[i])] : gone, equal);
        Append(text, '+', gone.Length == come.Length ? [.. come.Where((_, i) => isDifferent[i])] : come, equal);
        return text.ToString();
    }

    private static void Append(StringBuilder text, char mark, string[] lines, int equal)
    {
        foreach (var line in lines.Take(Most))
            text.AppendLine($"{mark} {(line.Length <= LongestLine ? line : Cut(line, equal))}");
        if (lines.Length > Most)
            text.AppendLine($"{mark} … and {lines.Length - Most} lines more");
    }

    private static string Cut(string line, int equal)
    {
        var from = Math.Clamp(equal - 40, 0, line.Length - LongestLine);
        return $"…{line.Substring(from, LongestLine)}…";
    }
}
