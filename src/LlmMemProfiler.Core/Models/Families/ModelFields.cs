using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Typed access to a model's JSON fields; errors name file, field and remedy.</summary>
internal sealed class ModelFields(JsonElement json, string origin)
{
    public string Origin => origin;

    /// <summary>The fields that are present and not null.</summary>
    public IEnumerable<string> Names => json.EnumerateObject().Where(f => f.Value.ValueKind != JsonValueKind.Null).Select(f => f.Name);

    /// <summary>True if the field is present and not null.</summary>
    public bool Has(string field) => json.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;

    public int Count(string field)
    {
        if (!Has(field))
            throw Missing(field, "a positive whole number");
        var value = json.GetProperty(field);
        return Whole(value) is > 0 and var count
            ? count
            : throw new InputException($"{origin}: {field} is {Shown(value)}; expected a whole number from 1 to {int.MaxValue}");
    }

    /// <summary>A whole number from 0.</summary>
    public int Number(string field)
    {
        var value = json.GetProperty(field);
        return Whole(value) is >= 0 and var number
            ? number
            : throw new InputException($"{origin}: {field} is {Shown(value)}; expected a whole number from 0 to {int.MaxValue}");
    }

    /// <summary>A whole number, which some tools write as 4096.0; null for anything else.</summary>
    private static int? Whole(JsonElement value) =>
        value.ValueKind != JsonValueKind.Number ? null
        : value.TryGetInt32(out var number) ? number
        : value.TryGetDouble(out var real) && Math.Truncate(real) == real && Math.Abs(real) <= int.MaxValue ? (int)real : null;

    public int CountOr(string field, Func<int> otherwise) => Has(field) ? Count(field) : otherwise();

    public double? Real(string field)
    {
        if (!Has(field))
            return null;
        var value = json.GetProperty(field);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var real) && double.IsFinite(real)
            ? real
            : throw new InputException($"{origin}: {field} is {Shown(value)}; expected a number");
    }

    public bool? Flag(string field)
    {
        if (!Has(field))
            return null;
        var value = json.GetProperty(field);
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new InputException($"{origin}: {field} is {Shown(value)}; expected true or false"),
        };
    }

    public string? Text(string field)
    {
        if (!Has(field))
            return null;
        return Text(field, json.GetProperty(field));
    }

    /// <summary>A list of strings; empty if the field is missing.</summary>
    public IReadOnlyList<string> Texts(string field)
    {
        if (!Has(field))
            return [];
        var value = json.GetProperty(field);
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(element => Text(field, element))]
            : throw new InputException($"{origin}: {field} is {Shown(value)}; expected an array of strings");
    }

    /// <summary>A list of strings and of lists of them.</summary>
    public IReadOnlyList<string> NestedTexts(string field)
    {
        var value = json.GetProperty(field);
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().SelectMany(element => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().ToArray() : [element]).Select(element => Text(field, element))]
            : throw new InputException($"{origin}: {field} is {Shown(value)}; expected an array of strings");
    }

    /// <summary>A list of whole numbers from 0.</summary>
    public IReadOnlyList<int> Numbers(string field) => List<int>(field, "whole numbers", value => Whole(value) is >= 0 and var number ? number : null);

    /// <summary>A list of finite numbers.</summary>
    public IReadOnlyList<double> Reals(string field) => List<double>(field, "numbers", value =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var real) && double.IsFinite(real) ? real : null);

    /// <summary>Words, and how often a run of them is repeated: [[["global", "local"], 12]].</summary>
    public IReadOnlyList<(IReadOnlyList<string> Words, int Times)> Repeats(string field)
    {
        var value = json.GetProperty(field);
        if (value.ValueKind != JsonValueKind.Array)
            throw NoRepeats(value);
        return [.. value.EnumerateArray().Select(run =>
            run.ValueKind == JsonValueKind.Array && run.GetArrayLength() == 2 && run[0].ValueKind == JsonValueKind.Array
            && run[1].ValueKind == JsonValueKind.Number && run[1].TryGetInt32(out var times) && times > 0
                ? ((IReadOnlyList<string>)[.. run[0].EnumerateArray().Select(word => Text(field, word))], times)
                : throw NoRepeats(run))];

        InputException NoRepeats(JsonElement found) =>
            new($"{origin}: {field} contains {Shown(found)}; expected lists of words with a number each, such as [[[\"global\", \"local\"], 12]]");
    }

    public ModelFields Object(string field)
    {
        var value = json.GetProperty(field);
        return value.ValueKind == JsonValueKind.Object
            ? new(value, origin)
            : throw new InputException($"{origin}: {field} is {Shown(value)}; expected an object");
    }

    public IReadOnlyList<ModelFields> Objects(string field)
    {
        var value = json.GetProperty(field);
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(element => element.ValueKind == JsonValueKind.Object)
            ? [.. value.EnumerateArray().Select(element => new ModelFields(element, origin))]
            : throw new InputException($"{origin}: {field} is {Shown(value)}; expected an array of objects");
    }

    public bool HasObject(string field) => Has(field) && Kind(field) == JsonValueKind.Object;

    /// <summary>An object of this one, with some of this one's fields where it lacks them.</summary>
    public ModelFields Inner(string field, IEnumerable<string> shared)
    {
        var inner = JsonObject.Create(json.GetProperty(field))!;
        foreach (var name in shared.Where(Has))
        {
            if (!inner.ContainsKey(name))
                inner[name] = JsonNode.Parse(json.GetProperty(name).GetRawText());
        }
        return new(JsonSerializer.SerializeToElement(inner), $"{origin}, in {field}");
    }

    /// <summary>The kind of a field that is present.</summary>
    public JsonValueKind Kind(string field) => json.GetProperty(field).ValueKind;

    /// <summary>True if the field is present and null.</summary>
    public bool IsNull(string field) => json.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Null;

    /// <summary>True if two fields that are present have the same value.</summary>
    public bool AreEqual(string field, string other) => JsonElement.DeepEquals(json.GetProperty(field), json.GetProperty(other));

    /// <summary>True if a field that is present says what another object says too.</summary>
    public bool Repeats(string field, ModelFields other) => other.Has(field) && other.Is(field, json.GetProperty(field));

    /// <summary>True if a field that is present has a value.</summary>
    public bool Is(string field, JsonElement value) => JsonElement.DeepEquals(json.GetProperty(field), value);

    /// <summary>A field's value, short enough for a message.</summary>
    public string Shown(string field) => Shown(json.GetProperty(field));

    /// <summary>One of these words; null if the field is missing.</summary>
    public string? Word(string field, IReadOnlyCollection<string> words)
    {
        var text = Text(field);
        return text is null || words.Contains(text)
            ? text
            : throw new InputException($"{origin}: {field} is '{text}'; must be {string.Join(", ", words.SkipLast(1))} or {words.Last()}");
    }

    /// <summary>Refuses a value that is not modeled.</summary>
    public void Require(string name, OnlyValue only)
    {
        var value = json.GetProperty(name);
        using var modeled = JsonDocument.Parse(only.Value);
        if (!JsonElement.DeepEquals(value, modeled.RootElement))
            throw new InputException($"{origin}: {name} is {Shown(value)}, which {only.Effect}; only {only.Value} is supported");
    }

    private List<T> List<T>(string field, string of, Func<JsonElement, T?> read)
        where T : struct
    {
        var value = json.GetProperty(field);
        if (value.ValueKind != JsonValueKind.Array)
            throw new InputException($"{origin}: {field} is {Shown(value)}; expected an array of {of}");
        return [.. value.EnumerateArray().Select(element => read(element)
            ?? throw new InputException($"{origin}: {field} contains {Shown(element)}; expected an array of {of}"))];
    }

    public InputException Missing(string field, string expected) => new($"{origin}: {field} is missing; expected {expected}");

    private string Text(string field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw new InputException($"{origin}: {field} is {Shown(value)}; expected a string");
        // Names are printed and used in file names: no control characters.
        var text = value.GetString()!;
        return text.Any(char.IsControl) || text.Length > 200
            ? throw new InputException($"{origin}: {field} contains control characters or is longer than 200 characters; expected a short plain string")
            : text;
    }

    private static string Shown(JsonElement value) => Plain(value.GetRawText().ReplaceLineEndings(" "));

    /// <summary>Short enough for a message.</summary>
    public static string Plain(string text) => text.Length <= 40 ? text : text[..37] + "...";
}
