using System.Text.Json;

namespace LlmMemProfiler.Core.Models;

/// <summary>Typed access to the fields of a model's JSON object, with errors that name file, field and remedy.</summary>
internal sealed class ModelFields(JsonElement json, string origin)
{
    public string Origin => origin;

    /// <summary>True where the field is there and not null.</summary>
    public bool Has(string field) => json.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;

    public int Count(string field)
    {
        if (!Has(field))
            throw Lacks(field, "a whole number from 1 on");
        var value = json.GetProperty(field);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count > 0
            ? count
            : throw new InputException($"{origin}: {field} is {Shown(value)}; a whole number from 1 to {int.MaxValue} is needed");
    }

    public int CountOr(string field, Func<int> otherwise) => Has(field) ? Count(field) : otherwise();

    public double? Real(string field)
    {
        if (!Has(field))
            return null;
        var value = json.GetProperty(field);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var real) && double.IsFinite(real)
            ? real
            : throw new InputException($"{origin}: {field} is {Shown(value)}; a number is needed");
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
            _ => throw new InputException($"{origin}: {field} is {Shown(value)}; true or false is needed"),
        };
    }

    public string? Text(string field)
    {
        if (!Has(field))
            return null;
        var value = json.GetProperty(field);
        if (value.ValueKind != JsonValueKind.String)
            throw new InputException($"{origin}: {field} is {Shown(value)}; a text is needed");
        // A name goes to the terminal and into file names: control characters have no business there.
        var text = value.GetString()!;
        return text.Any(char.IsControl) || text.Length > 200
            ? throw new InputException($"{origin}: {field} holds control characters or more than 200 letters; a short plain text is needed")
            : text;
    }

    public InputException Lacks(string field, string needed) => new($"{origin}: lacks {field}; {needed} is needed");

    private static string Shown(JsonElement value)
    {
        var raw = value.GetRawText().ReplaceLineEndings(" ");
        return raw.Length <= 40 ? raw : raw[..37] + "...";
    }
}
