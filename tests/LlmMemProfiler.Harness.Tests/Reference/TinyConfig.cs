namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Configs of tiny models, and the fields that most of them have.</summary>
internal static class TinyConfig
{
    public const string Usual = """
        "vocab_size": 64, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "max_position_embeddings": 64
        """;

    public const string Grouped = Usual + """
        , "intermediate_size": 48, "num_key_value_heads": 2
        """;

    public const string FourLayers = """
        "vocab_size": 64, "hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 4, "max_position_embeddings": 64,
        "intermediate_size": 48, "num_key_value_heads": 2
        """;

    public const string Mixture = Usual + """
        , "num_key_value_heads": 2, "moe_intermediate_size": 24, "num_experts": 6, "num_experts_per_tok": 2
        """;

    public const string Latent = Usual + """
        , "intermediate_size": 48, "num_key_value_heads": 4, "kv_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 6
        """;

    public const string LatentMixture = Latent + """
        , "moe_intermediate_size": 24, "n_routed_experts": 6, "num_experts_per_tok": 2, "n_shared_experts": 2, "first_k_dense_replace": 1
        """;

    /// <summary>The names of GPT-2's class.</summary>
    public const string Older = """
        "vocab_size": 64, "n_embd": 32, "n_head": 4, "n_layer": 2, "n_positions": 64
        """;

    public static string Of(string type, params IEnumerable<string> fields) => $$"""{"model_type": "{{type}}", {{string.Join(", ", fields)}}}""";
}
