using System.Text.Json;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>
/// Fields of configs that no family reads: some cannot change what memory holds, whatever their value; others only if they have one value.
/// The list with its reasons is <c>ignorable.json</c>.
/// </summary>
internal static class Ignorable
{
    private static readonly Lazy<HashSet<string>> Any = new(() => [.. List("any")
        .SelectMany(group => group.GetProperty("fields").EnumerateArray()).Select(field => field.GetString()!)]);

    private static readonly Lazy<Dictionary<string, OnlyValue>> Only = new(() => List("only").ToDictionary(
        field => field.GetProperty("field").GetString()!,
        field => new OnlyValue(field.GetProperty("value").GetRawText(), field.GetProperty("effect").GetString()!)));

    /// <summary>Refuses a field that could change the model.</summary>
    /// <param name="fields">Has the field.</param>
    /// <param name="name">Its name.</param>
    /// <param name="path">Its name with those of the objects around it.</param>
    /// <param name="known">Names that were read, for suggestions.</param>
    /// <exception cref="InputException">It is not in the list, or has a value that is not.</exception>
    public static void Require(ModelFields fields, string name, string path, IReadOnlyCollection<string> known)
    {
        if (IsAny(path))
            return;
        if (Only.Value.TryGetValue(path, out var only))
        {
            fields.Require(name, only);
            return;
        }
        var near = NearNames.Of(name, known.Concat(Any.Value));
        throw new InputException(
            $"{fields.Origin}: field '{ModelFields.Plain(path)}' is unknown and could change the model; {(near.Count > 0 ? $"did you mean {string.Join(" or ", near)}? Otherwise " : "")}remove it if it changes nothing");
    }

    /// <summary>True if the field changes nothing as long as it has one value.</summary>
    public static bool IsOnly(string name) => Only.Value.ContainsKey(name);

    /// <summary>Refuses another value than that one.</summary>
    public static void RequireOnly(ModelFields fields, string name)
    {
        if (Only.Value.TryGetValue(name, out var only))
            fields.Require(name, only);
    }

    /// <summary>
    /// True if the field cannot change the model, whatever its value. In the list, '*_token_id' stands for all that end so, 'mm_*' for all that begin so.
    /// </summary>
    public static bool IsAny(string path) => Any.Value.Contains(path) || Any.Value.Any(field =>
        (field[0] == '*' && path.EndsWith(field[1..], StringComparison.Ordinal)) || (field[^1] == '*' && path.StartsWith(field[..^1], StringComparison.Ordinal)));

    private static List<JsonElement> List(string name)
    {
        using var stream = typeof(Ignorable).Assembly.GetManifestResourceStream("ignorable.json")!;
        using var json = JsonDocument.Parse(stream);
        return [.. json.RootElement.GetProperty(name).EnumerateArray().Select(element => element.Clone())];
    }
}

/// <summary>The one value of a field that is modeled.</summary>
/// <param name="Value">The value, as JSON; null or a missing field means the same.</param>
/// <param name="Effect">What any other value does to the model.</param>
internal sealed record OnlyValue(string Value, string Effect);
