using System.Text;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>A tiny model of each family that is executed, as its config.json says it.</summary>
internal static class TinyModels
{
    private const string Sizes =
        "\"hidden_size\": 64, \"intermediate_size\": 96, \"num_hidden_layers\": 3, \"num_attention_heads\": 4, \"vocab_size\": 101, \"max_position_embeddings\": 128";

    private static readonly Dictionary<string, string> Configs = new()
    {
        ["llama"] = $$"""{"model_type": "llama", {{Sizes}}, "num_key_value_heads": 2}""",
        ["llama, equal heads"] = $$"""{"model_type": "llama", {{Sizes}}}""",
        ["llama, one head of keys, biases"] =
            $$"""{"model_type": "llama", {{Sizes}}, "num_key_value_heads": 1, "attention_bias": true, "mlp_bias": true, "tie_word_embeddings": true}""",
        ["mistral"] = $$"""{"model_type": "mistral", {{Sizes}}, "num_key_value_heads": 2, "sliding_window": 6, "head_dim": 24}""",
        ["qwen2"] =
            $$"""{"model_type": "qwen2", {{Sizes}}, "num_key_value_heads": 2, "use_sliding_window": true, "sliding_window": 5, "max_window_layers": 1}""",
        ["qwen3"] = $$"""{"model_type": "qwen3", {{Sizes}}, "num_key_value_heads": 2, "head_dim": 32}""",
        ["gemma"] = $$"""{"model_type": "gemma", {{Sizes}}, "num_key_value_heads": 1, "head_dim": 32}""",
        ["olmo2"] = $$"""{"model_type": "olmo2", {{Sizes}}, "num_key_value_heads": 2}""",
        ["phi3"] = $$"""{"model_type": "phi3", {{Sizes}}, "num_key_value_heads": 2}""",
    };

    public static IEnumerable<string> Names => Configs.Keys;

    public static ModelSpec Find(string name) => ModelFile.Read(Encoding.UTF8.GetBytes(Configs[name]), name, name);
}
