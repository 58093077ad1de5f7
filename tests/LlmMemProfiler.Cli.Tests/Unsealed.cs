using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmMemProfiler.Cli.Tests;

/// <summary>A kept record as stdout shows it: the seal is of the line, and stdout's document has several.</summary>
internal static class Unsealed
{
    public static JsonElement Of(JsonElement kept)
    {
        var record = JsonObject.Create(kept)!;
        Assert.True(record.Remove("seal"), "the line has no seal");
        return JsonSerializer.SerializeToElement(record);
    }
}
