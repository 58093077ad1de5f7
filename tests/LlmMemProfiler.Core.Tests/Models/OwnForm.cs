using System.Text;
using System.Text.Json.Nodes;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>A model in the form of <c>profiles/models</c>, to be spoilt field by field.</summary>
internal static class OwnForm
{
    public const string Valid = """
        {
          "name": "small",
          "layers": 3, "d_model": 96, "heads": 6, "kv_heads": 2, "d_ff": 384, "vocabulary": 300, "positions": 128,
          "tied_output": false, "linear_bias": true, "final_norm": true, "norm_epsilon": 1e-6
        }
        """;

    public static ModelSpec Read(string json) => ModelFile.Read(Encoding.UTF8.GetBytes(json), "m.json", "m");

    /// <summary>With one field set to a literal, or taken away.</summary>
    public static string With(string field, string? literal) => Edited(Valid, field, literal);

    public static string Edited(string json, string field, string? literal)
    {
        var model = JsonNode.Parse(json)!.AsObject();
        model.Remove(field);
        var text = model.ToJsonString();
        // Not through JsonNode: a literal such as 1e30 must stay as it is written.
        return literal is null ? text : $"{text[..^1]}, \"{field}\": {literal}}}";
    }
}
