using System.Text.Json;

namespace LlmMemProfiler.Cli.Tests;

/// <summary>The parts of an account, added up as a reader of the JSON would.</summary>
internal static class Sum
{
    public static long Of(JsonElement parts) =>
        parts.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).Sum(p => p.Value.GetInt64());
}
