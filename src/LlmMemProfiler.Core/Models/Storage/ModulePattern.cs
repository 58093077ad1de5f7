using System.Text.RegularExpressions;

namespace LlmMemProfiler.Core.Models.Storage;

/// <summary>
/// Names modules: by a whole name, by a part of one between dots, by 're:' and a regular expression, or by a name in which * stands for
/// anything. Checkpoints of many experts ask hundreds of patterns of tens of thousands of modules, so each is taken apart once.
/// </summary>
public sealed class ModulePattern : IEquatable<ModulePattern>
{
    private const string Expression = "re:";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private readonly string text;
    private readonly string part;
    private readonly string[] pieces;
    private readonly Regex? expression;

    /// <param name="text">As a config has it.</param>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public ModulePattern(string text)
    {
        this.text = text;
        part = $".{text}.";
        pieces = text.Split('*');
        if (text.StartsWith(Expression, StringComparison.Ordinal))
            expression = new($"^(?:{text[Expression.Length..]})", RegexOptions.NonBacktracking, Limit);
    }

    /// <summary>True if a module, such as 'model.layers.0.mlp.up_proj', is one of those named.</summary>
    public bool IsMatch(string module)
    {
        if (expression is not null)
            return expression.IsMatch(module);
        return pieces.Length == 1 ? $".{module}.".Contains(part, StringComparison.Ordinal) : Starts(module).Any(start => IsAt(module, start));
    }

    public bool Equals(ModulePattern? other) => text == other?.text;

    public override bool Equals(object? obj) => Equals(obj as ModulePattern);

    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => text;

    /// <summary>Where a name or a part of it begins.</summary>
    private static IEnumerable<int> Starts(string module)
    {
        for (var start = 0; start >= 0; start = Next(module, start))
            yield return start;
    }

    private static int Next(string module, int start) => module.IndexOf('.', start) is >= 0 and var dot ? dot + 1 : -1;

    /// <summary>True if the pieces follow each other from here to the end of a part.</summary>
    private bool IsAt(string module, int start)
    {
        if (string.CompareOrdinal(module, start, pieces[0], 0, pieces[0].Length) != 0)
            return false;
        var from = start + pieces[0].Length;
        foreach (var piece in pieces[1..^1])
        {
            if (module.IndexOf(piece, from, StringComparison.Ordinal) is not (>= 0 and var found))
                return false;
            from = found + piece.Length;
        }
        return pieces[^1].Length == 0 || Ends(module, from);
    }

    private bool Ends(string module, int from)
    {
        var last = pieces[^1];
        for (var found = module.IndexOf(last, from, StringComparison.Ordinal); found >= 0; found = module.IndexOf(last, found + 1, StringComparison.Ordinal))
        {
            if (found + last.Length == module.Length || module[found + last.Length] == '.')
                return true;
        }
        return false;
    }
}
