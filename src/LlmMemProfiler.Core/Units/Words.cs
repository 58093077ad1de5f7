using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Units;

/// <summary>
/// External names of enum values (command line, sweep plans, JSON): members in snake_case, unless
/// <see cref="JsonStringEnumMemberNameAttribute"/> gives a name.
/// </summary>
public static class Words
{
    /// <summary>The name of a value, for example 'bf16' or 'kv_cache'.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The enum has no such value.</exception>
    public static string Name<T>(this T value) where T : struct, Enum =>
        Table<T>.Names.TryGetValue(value, out var name) ? name : throw new ArgumentOutOfRangeException(nameof(value), value, "no such value");

    /// <summary>An enum's values by name, in enum order; names in any case.</summary>
    public static IReadOnlyDictionary<string, T> Of<T>() where T : struct, Enum => Table<T>.Values;

    private static class Table<T> where T : struct, Enum
    {
        public static readonly Dictionary<string, T> Values = typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(
            member => member.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name),
            member => (T)member.GetValue(null)!,
            StringComparer.OrdinalIgnoreCase);

        public static readonly Dictionary<T, string> Names = Values.ToDictionary(word => word.Value, word => word.Key);
    }
}

/// <summary>Reads and writes an enum by name, case-sensitively.</summary>
public sealed class WordConverter<T> : JsonConverter<T> where T : struct, Enum
{
    private const int LongestShown = 20;

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var word = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("expected a string");
        return Words.Of<T>().TryGetValue(word, out var value) && value.Name() == word
            ? value
            : throw new JsonException($"'{word[..Math.Min(word.Length, LongestShown)]}' is not one of {string.Join(", ", Words.Of<T>().Keys)}");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name());
}
