namespace LlmMemProfiler.Core;

/// <summary>Finds the names that a mistyped one may have meant.</summary>
public static class NearNames
{
    /// <summary>What would be right: 'did you mean A or B?', or 'the plans are A, B, C' where no name is near.</summary>
    /// <param name="word">Mistyped.</param>
    /// <param name="kind">What the names name, as in 'the plans'.</param>
    /// <param name="names">All there are.</param>
    public static string Hint(string word, string kind, IReadOnlyCollection<string> names) => Of(word, names) is { Count: > 0 } near
        ? $"did you mean {string.Join(" or ", near)}?"
        : $"the {kind} are {string.Join(", ", names)}";

    /// <summary>At most three names, nearest first: the nearest within a third of the word's length in edits, and those that begin with it.</summary>
    public static IReadOnlyList<string> Of(string word, IEnumerable<string> names)
    {
        if (word.Length is 0 or > 100)
            return [];
        var near = names
            .Select(name => (name, distance: Edits(word, name), begins: name.StartsWith(word, StringComparison.OrdinalIgnoreCase)))
            .Where(n => n.begins || n.distance <= Math.Max(1, word.Length / 3))
            .OrderBy(n => n.distance)
            .ThenBy(n => n.name, StringComparer.Ordinal)
            .ToList();
        return [.. near.Where(n => n.begins || n.distance == near[0].distance).Take(3).Select(n => n.name)];
    }

    /// <summary>Levenshtein's distance, letters compared without case.</summary>
    private static int Edits(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + change));
            }
        }
        return row[b.Length];
    }
}
