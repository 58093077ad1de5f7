using System.Text.Json;

namespace LlmMemProfiler.Core.Tests.Gpus;

/// <summary>What stands in <c>profiles/gpus.json</c>, read without the program's reader.</summary>
internal static class Rows
{
    public static string Json { get; } = File.ReadAllText(Path.Combine(Root(), "profiles", "gpus.json"));

    private static readonly JsonElement Table = JsonDocument.Parse(Json).RootElement;

    /// <summary>The rows of a card, or of a slice as CARD/SLICE.</summary>
    public static IEnumerable<JsonElement> Of(string name) => name.Split('/') is [var card, var slice]
        ? Seen(Table.GetProperty("slices").EnumerateArray()
            .Single(s => s.GetProperty("name").GetString() == slice && s.GetProperty("cards").EnumerateArray().Any(c => c.GetString() == card)))
        : Seen(Table.GetProperty("gpus").EnumerateArray().Single(g => g.GetProperty("name").GetString() == name));

    /// <summary>The exact totals of a card that count.</summary>
    public static IEnumerable<long> Exact(string name) => Of(name)
        .Where(row => !row.TryGetProperty("left_out", out _) && row.TryGetProperty("total_bytes", out _))
        .Select(row => row.GetProperty("total_bytes").GetInt64());

    /// <summary>The whole cards.</summary>
    public static IReadOnlyList<string> Names() => [.. Table.GetProperty("gpus").EnumerateArray().Select(g => g.GetProperty("name").GetString()!)];

    /// <summary>The repository's folder.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "LlmMemProfiler.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    private static JsonElement.ArrayEnumerator Seen(JsonElement row) => row.GetProperty("seen").EnumerateArray();
}
