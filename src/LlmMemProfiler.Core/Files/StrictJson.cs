using System.Text;
using System.Text.Json;

namespace LlmMemProfiler.Core.Files;

/// <summary>What the serializer lets through and no command can use: nulls in lists, infinite numbers such as 1e999, and byte counts whose sums overflow.</summary>
public static class StrictJson
{
    /// <summary>2⁵³ bytes, 8 PiB: larger ones are not exact in readers whose numbers are doubles, and a thousand of these still add up in 64 bits.</summary>
    public const long MaxBytes = 1L << 53;

    private const int MaxDepth = 64;

    /// <summary>Checks a whole document. Names that end in '_bytes' hold whole numbers of bytes, alone or in lists.</summary>
    /// <param name="json">UTF-8 text.</param>
    /// <param name="columnsWithNulls">Lists whose entries may be null.</param>
    /// <exception cref="JsonException">The text is not JSON, a list contains null, or a number is out of range.</exception>
    public static void Require(ReadOnlySpan<byte> json, params ReadOnlySpan<string> columnsWithNulls)
    {
        var reader = new Utf8JsonReader(json);
        Span<bool> isList = stackalloc bool[MaxDepth + 1];
        // The innermost property: a list in a list belongs to the same one.
        string? lenient = null;
        var isBytes = false;
        ReadOnlySpan<byte> name = default;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
                    isBytes = name.EndsWith("_bytes"u8);
                    lenient = null;
                    foreach (var column in columnsWithNulls)
                        lenient = Encoding.UTF8.GetByteCount(column) == name.Length && Encoding.UTF8.GetString(name) == column ? column : lenient;
                    break;
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    isList[reader.CurrentDepth + 1] = reader.TokenType == JsonTokenType.StartArray;
                    break;
                case JsonTokenType.Null when isList[reader.CurrentDepth] && lenient is null:
                    throw new JsonException($"'{Shown(name)}' contains null; a list has no empty entries");
                case JsonTokenType.Number when !double.IsFinite(reader.GetDouble()):
                    throw new JsonException($"'{Shown(name)}' is out of range; must be a number that 64 bits hold");
                case JsonTokenType.Number when isBytes && !(reader.TryGetInt64(out var bytes) && bytes is >= -MaxBytes and <= MaxBytes):
                    throw new JsonException($"'{Shown(name)}' is out of range; must be a whole number of bytes up to 2^53");
            }
        }
    }

    private static string Shown(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name[..Math.Min(name.Length, 40)]);
}
