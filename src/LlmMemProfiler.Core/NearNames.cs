namespace LlmMemProfiler.Core;

/// <summary>Suggests names for a mistyped one.</summary>
public static class NearNames
{
    /// <summary>Suggestion: 'did you mean A or B?', or 'known plans: A, B, C' if no name is close.</summary>
    /// <param name="word">The mistyped name.</param>
    /// <param name="kind">Plural noun for the names, such as 'plans'.</param>
    /// <param name="names">All names.</param>
    public static string Hint(string word, string kind, IReadOnlyCollection<string> names) => Of(word, names) is { Count: > 0 } near
        ? $"did you mean {string.Join(" or ", near)}?"
        : $"known {kind}: {string.Join(", ", names)}";

    /// <summary>
    /// At most three names, in any case: those that start with the word, the shortest first; if none does, the closest within an edit
    /// distance of 1/3 of the word's length.
    /// </summary>
    public static IReadOnlyList<string> Of(string word, IEnumerable<string> names)
    {
        if (word.Length is 0 or > 100)
            return [];
        var all = names.OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal).ToList();
        if (all.FindAll(name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase)) is { Count: > 0 } longer)
            return [.. longer.Take(3)];
        var near = all.Select(name => (Name: name, Distance: Edits(word, name))).Where(n => n.Distance <= Math.Max(1, word.Length / 3)).ToList();
        return [.. near.Where(n => n.Distance == near.Min(other => other.Distance)).Take(3).Select(n => n.Name)];
    }

    /// <summary>Levenshtein distance, case-insensitive.</summary>
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
