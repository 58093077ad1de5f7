using System.Text.Json;
using System.Text.Json.Nodes;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>Whatever number a config has, it is a model, or one line says what is wrong with it; a count may be too large for 64 bits.</summary>
public class AbsurdNumbersTests
{
    private static readonly string[] LayerFields = ["num_hidden_layers", "n_layer", "n_layers", "num_layers"];

    public static TheoryData<string> Types => [.. ModelFamily.All.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Each_number_of_each_class_is_read_or_refused(string type)
    {
        var defaults = Defaults(type);
        Assert.All(defaults.Where(field => field.Value is null || field.Value.GetValueKind() is JsonValueKind.Number or JsonValueKind.Null), field =>
        {
            foreach (var value in (JsonNode?[])[0, 1, int.MaxValue, null])
                Read(type, field.Key, value);
        });
    }

    private static void Read(string type, string field, JsonNode? value)
    {
        // Few layers are quick to read, and have what all layers have.
        var config = new JsonObject { ["model_type"] = type };
        foreach (var layers in Defaults(type).Select(pair => pair.Key).Intersect(LayerFields))
            config[layers] = 6;
        config[field] = value;
        try
        {
            var model = FamilyForm.Read(config.ToJsonString());
            Assert.InRange(model.ActiveParameters, 1, model.Parameters);
            Assert.InRange(model.CachedElements, 0, long.MaxValue);
        }
        catch (Exception e) when (e is InputException or OverflowException)
        {
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    private static JsonObject Defaults(string type) =>
        JsonNode.Parse(new Catalog(typeof(ModelFamily).Assembly, "classes").Read(type))!["defaults"]!.AsObject();
}
