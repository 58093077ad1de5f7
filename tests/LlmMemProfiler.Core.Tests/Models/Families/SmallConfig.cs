using System.Text;
using System.Text.Json.Nodes;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>Configs of small models, with d 64, 4 heads of 16, 2 of keys and values, d_ff 96, V 100 and 4 layers, unless said otherwise.</summary>
internal static class SmallConfig
{
    /// <summary>The model of a type.</summary>
    /// <param name="type">Its <c>model_type</c>.</param>
    /// <param name="fields">A JSON object; what it has counts, and null removes.</param>
    public static ModelSpec Read(string type, string fields = "{}")
    {
        var config = JsonNode.Parse("""
            {
              "hidden_size": 64, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "intermediate_size": 96, "vocab_size": 100,
              "num_hidden_layers": 4, "max_position_embeddings": 512
            }
            """)!.AsObject();
        config["model_type"] = type;
        foreach (var (name, value) in JsonNode.Parse(fields)!.AsObject())
        {
            if (value is null)
                config.Remove(name);
            else
                config[name] = value.DeepClone();
        }
        return ModelFile.Read(Encoding.UTF8.GetBytes(config.ToJsonString()), "config.json", "small");
    }

    /// <summary>The attention of a layer.</summary>
    public static Attention Attention(this ModelSpec model, int layer = 0) => model.Blocks[layer].Branches.Select(branch => branch.Sublayer).OfType<Attention>().Single();

    /// <summary>The window of each layer.</summary>
    public static IEnumerable<int?> Windows(this ModelSpec model) => Enumerable.Range(0, model.Layers).Select(layer => model.Attention(layer).Window);

    /// <summary>The positions of each layer.</summary>
    public static IEnumerable<ScorePositions?> Positions(this ModelSpec model) => Enumerable.Range(0, model.Layers).Select(layer => model.Attention(layer).Positions);
}
