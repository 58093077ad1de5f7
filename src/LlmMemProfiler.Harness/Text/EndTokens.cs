using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Harness.Text;

/// <summary>The tokens that end a model's text: <c>eos_token_id</c>, one or several.</summary>
/// <remarks>transformers: <c>generation_config.json</c> goes before the defaults in <c>config.json</c>.</remarks>
public static class EndTokens
{
    private const string Field = "eos_token_id";

    private static readonly string[] Names = ["generation_config.json", "config.json"];

    /// <param name="folder">The model's folder.</param>
    /// <exception cref="InputException">No file has any, or one has something else in their place.</exception>
    public static IReadOnlyCollection<long> Of(string folder)
    {
        foreach (var path in Names.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            if (In(path) is { Count: > 0 } found)
                return found;
        }
        throw new InputException($"{folder}: neither {string.Join(" nor ", Names)} has an {Field}; expected one, to stop at");
    }

    private static HashSet<long> In(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(SmallFile.Read(path, "config"));
            return !json.RootElement.TryGetProperty(Field, out var value) || value.ValueKind == JsonValueKind.Null ? []
                : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(id => id.GetInt64())]
                : [value.GetInt64()];
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: invalid JSON at {(e.LineNumber is { } line ? $"line {line + 1}" : "its start")}; expected an object with {Field}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new InputException($"{path}: its {Field} is no token; expected a whole number or a list of them", e);
        }
    }
}
