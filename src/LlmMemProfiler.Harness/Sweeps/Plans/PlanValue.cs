using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>A value in a plan's JSON and its location, which errors about it include.</summary>
/// <param name="Json">The value.</param>
/// <param name="Where">File and field, for example 'plan.json: grids[0].batch[1]'.</param>
/// <param name="IsRoot">True for the whole document, whose location is just the file.</param>
internal readonly record struct PlanValue(JsonElement Json, string Where, bool IsRoot = false)
{
    public bool IsNull => Json.ValueKind == JsonValueKind.Null;

    public bool IsObject => Json.ValueKind == JsonValueKind.Object;

    public int Count() => Json.ValueKind == JsonValueKind.Number && Json.TryGetInt32(out var count) && count > 0
        ? count
        : throw Invalid($"an integer from 1 to {int.MaxValue}");

    /// <summary>A number of tokens: a number, or a string such as "32k".</summary>
    public int Length() => Json.ValueKind == JsonValueKind.String
        ? TokenCounts.Parse(Json.GetString()!) ?? throw Invalid(TokenCounts.Expected)
        : Count();

    public int? LengthOrNull() => IsNull ? null : Length();

    public long Number() => Json.ValueKind == JsonValueKind.Number && Json.TryGetInt64(out var number)
        ? number
        : throw Invalid("a 64-bit integer");

    /// <summary>A number to compare with; a number of tokens may be a string such as "32k".</summary>
    public long LengthOrNumber() => Json.ValueKind == JsonValueKind.String && TokenCounts.Parse(Json.GetString()!) is { } tokens ? tokens : Number();

    public string Text() => Json.ValueKind == JsonValueKind.String && Json.GetString() is { Length: > 0 and <= 500 } text && !text.Any(char.IsControl)
        ? text
        : throw Invalid("a string of 1 to 500 printable characters");

    public T Word<T>(IReadOnlyDictionary<string, T> words) =>
        Json.ValueKind == JsonValueKind.String && words.TryGetValue(Json.GetString()!, out var meaning)
            ? meaning
            : throw Invalid(string.Join(" or ", words.Keys));

    /// <summary>The elements of a nonempty array; any other value by itself.</summary>
    public IReadOnlyList<PlanValue> OneOrMore() => Json.ValueKind == JsonValueKind.Array ? Elements() : [this];

    /// <summary>The elements of a nonempty array.</summary>
    public IReadOnlyList<PlanValue> Elements()
    {
        if (Json.ValueKind != JsonValueKind.Array || Json.GetArrayLength() == 0)
            throw Invalid("a nonempty array");
        var where = Where;
        return [.. Json.EnumerateArray().Select((element, i) => new PlanValue(element, $"{where}[{i}]"))];
    }

    /// <summary>The fields of an object, all of which must be known.</summary>
    public IReadOnlyDictionary<string, PlanValue> Fields(IReadOnlyCollection<string> known)
    {
        if (!IsObject)
            throw Invalid($"an object with {string.Join(", ", known)}");
        var fields = new Dictionary<string, PlanValue>();
        foreach (var field in Json.EnumerateObject())
        {
            if (!known.Contains(field.Name))
                throw new InputException($"{Where}: unknown field '{Excerpt(field.Name)}'; {NearNames.Hint(field.Name, "fields", known)}");
            fields.Add(field.Name, new(field.Value, $"{Where}{(IsRoot ? ": " : ".")}{field.Name}"));
        }
        return fields;
    }

    public InputException Invalid(string expected) => new($"{Where} is {Excerpt(Json.GetRawText())}; must be {expected}");

    private static string Excerpt(string text) => text.Length <= 40 ? text : text[..37] + "...";
}
