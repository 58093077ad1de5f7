using System.Text.Json;

namespace LlmMemProfiler.Core.Models;

/// <summary>Typed access to a model's JSON fields; errors name file, field and remedy.</summary>
internal sealed class ModelFields(JsonElement json, string origin)
{
    public string Origin => origin;

    /// <summary>True if the field is present and not null.</summary>
    public bool Has(string field) => json.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;

    public int Count(string field)
    {
        if (!Has(field))
            throw Missing(field, "a positive whole number");
        var value = json.GetProperty(field);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count > 0
            ? count
            : throw new InputException($"{origin}: {field} is {Shown(value)}; expected a whole number from 1 to {int.MaxValue}");
    }

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
        var value = json.GetProperty(field);
        if (value.ValueKind != JsonValueKind.String)
            throw new InputException($"{origin}: {field} is {Shown(value)}; expected a string");
        // Names are printed and used in file names: no control characters.
        var text = value.GetString()!;
        return text.Any(char.IsControl) || text.Length > 200
            ? throw new InputException($"{origin}: {field} contains control characters or is longer than 200 characters; expected a short plain string")
            : text;
    }

    public InputException Missing(string field, string expected) => new($"{origin}: {field} is missing; expected {expected}");

    private static string Shown(JsonElement value)
    {
        var raw = value.GetRawText().ReplaceLineEndings(" ");
        return raw.Length <= 40 ? raw : raw[..37] + "...";
    }
}
