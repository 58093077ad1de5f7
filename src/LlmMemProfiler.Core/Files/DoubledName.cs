using System.Text.Json;

namespace LlmMemProfiler.Core.Files;

/// <summary>
/// A name that stands twice in one object. JSON leaves open which of the values counts (RFC 8259, section 4), and readers differ: who
/// wrote it may mean the other one.
/// </summary>
/// <param name="Name">The name.</param>
/// <param name="Line">Where it stands again, from 1.</param>
internal readonly record struct DoubledName(string Name, int Line)
{
    /// <summary>The first of a document; null if there is none.</summary>
    /// <param name="json">UTF-8 text that has been parsed.</param>
    /// <exception cref="InvalidOperationException">A name is not valid UTF-8.</exception>
    public static DoubledName? In(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var open = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open.Push([]);
                    break;
                case JsonTokenType.EndObject:
                    open.Pop();
                    break;
                case JsonTokenType.PropertyName when reader.GetString() is { } name && !open.Peek().Add(name):
                    return new(name, 1 + json[..(int)reader.TokenStartIndex].Count((byte)'\n'));
            }
        }
        return null;
    }
}
