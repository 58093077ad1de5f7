namespace LlmMemProfiler.Harness.Tests.Outside;

/// <summary>The models that are compared with llama.cpp.</summary>
internal static class OutsideModels
{
    private const string Usual = """
        "vocab_size": 64, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "max_position_embeddings": 64
        """;

    private const string Grouped = Usual + """
        , "intermediate_size": 48, "num_key_value_heads": 2
        """;

    private const string Mixture = Usual + """
        , "num_key_value_heads": 2, "moe_intermediate_size": 24, "num_experts": 6, "num_experts_per_tok": 2
        """;

    public static IReadOnlyList<OutsideModel> All { get; } =
    [
        // LayerNorms, biases, GELU.
        new("gpt2", "gpt2", """{"model_type": "gpt2", "vocab_size": 64, "n_embd": 32, "n_head": 4, "n_layer": 2, "n_positions": 64}"""),
        new("starcoder", "starcoder", """{"model_type": "gpt_bigcode", "vocab_size": 64, "n_embd": 32, "n_head": 4, "n_layer": 2, "n_positions": 64}"""),
        new("bloom", "bloom", """{"model_type": "bloom", "vocab_size": 64, "hidden_size": 32, "n_head": 4, "n_layer": 2}"""),
        new("mpt", "mpt", """
            {"model_type": "mpt", "vocab_size": 64, "d_model": 32, "n_heads": 4, "n_layers": 2, "max_seq_len": 64,
             "attn_config": {"alibi": true, "alibi_bias_max": 4, "clip_qkv": 1.5}}
            """),
        new("gpt-neox", "gptneox", With("gpt_neox", Usual, """ "intermediate_size": 48, "rotary_pct": 0.5 """)),
        new("gpt-neox-sequential", "gptneox", With("gpt_neox", Usual, """ "intermediate_size": 48, "rotary_pct": 0.5, "use_parallel_residual": false """)),
        new("falcon-7b", "falcon", With("falcon", Usual, """ "multi_query": true, "parallel_attn": true, "bias": false, "alibi": false """)),
        new("falcon-40b", "falcon", With("falcon", Usual, """
             "num_kv_heads": 2, "new_decoder_architecture": true, "parallel_attn": true, "bias": false, "alibi": false
            """)) { Renamed = new Dictionary<string, string> { ["attn_norm"] = "attn_norm_2", ["ffn_norm"] = "attn_norm" } },
        new("phi-2", "phi2", With("phi", Grouped, """ "partial_rotary_factor": 0.5 """)),
        new("starcoder2", "starcoder2", With("starcoder2", Grouped, """ "use_bias": true, "sliding_window": null """)),
        new("stablelm", "stablelm", With("stablelm", Grouped, """ "partial_rotary_factor": 0.5, "use_qkv_bias": true """)),
        new("stablelm-12b", "stablelm", With("stablelm", Grouped, """ "partial_rotary_factor": 0.5, "use_parallel_residual": true, "qk_layernorm": true """)),
        new("nemotron", "nemotron", With("nemotron", Grouped, """ "partial_rotary_factor": 0.5 """)),
        new("orion", "orion", With("orion", Grouped)),

        // RMSNorms, gates.
        new("llama", "llama", With("llama", Grouped)) { HasRowsInTurn = true },
        new("mistral", "llama", With("mistral", Grouped, """ "head_dim": 16, "sliding_window": null """)) { HasRowsInTurn = true },
        new("qwen2", "qwen2", With("qwen2", Grouped)),
        new("qwen3", "qwen3", With("qwen3", Grouped, """ "head_dim": 16, "tie_word_embeddings": true """)),
        new("phi-3", "phi3", With("phi3", Grouped, """ "sliding_window": null, "pad_token_id": 0 """)),
        new("gemma", "gemma", With("gemma", Grouped, """ "head_dim": 16, "hidden_activation": "gelu_pytorch_tanh" """)),
        new("gemma2", "gemma2", With("gemma2", Grouped, """
             "head_dim": 16, "query_pre_attn_scalar": 16, "sliding_window": 6, "attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0
            """)),
        new("gemma3", "gemma3", With("gemma3_text", Grouped.Replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 6"), """
             "head_dim": 16, "query_pre_attn_scalar": 16, "sliding_window": 6, "rope_theta": 100000
            """)),
        new("olmo", "olmo", With("olmo", Grouped, """ "clip_qkv": 1.0 """)) { HasRowsInTurn = true },
        new("olmo2", "olmo2", With("olmo2", Grouped)),
        new("command-r", "command-r", With("cohere", Grouped, """ "logit_scale": 0.25 """)),
        new("command-a", "cohere2", With("cohere2", Grouped.Replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 4"), """
             "logit_scale": 0.25, "sliding_window": 6, "sliding_window_pattern": 4
            """)),
        new("granite", "granite", With("granite", Grouped, """
             "embedding_multiplier": 3.0, "logits_scaling": 4.0, "residual_multiplier": 0.5, "attention_multiplier": 0.2
            """)) { HasRowsInTurn = true, Settings = [("logit_scale", 4f)] },
        new("minicpm", "minicpm", With("minicpm", Grouped, """ "scale_emb": 3.0, "scale_depth": 1.4, "dim_model_base": 8 """))
        {
            HasRowsInTurn = true,
            Settings = [("logit_scale", 4f)],
        },
        new("internlm2", "internlm2", With("internlm2", Grouped, """ "bias": false """)) { HasRowsInTurn = true, IsSplit = true },
        new("exaone", "exaone", With("exaone", Grouped.Replace("\"num_hidden_layers\"", "\"num_layers\""))),
        new("exaone4", "exaone4", With("exaone4", Grouped, """ "sliding_window": null """)),
        new("glm4", "glm4", With("glm4", Grouped, """ "head_dim": 16, "partial_rotary_factor": 0.5, "attention_bias": true, "pad_token_id": 0 """)),
        new("chatglm", "chatglm", """
            {"model_type": "chatglm", "padded_vocab_size": 64, "hidden_size": 32, "num_layers": 2, "num_attention_heads": 4, "seq_length": 64,
             "ffn_hidden_size": 48, "kv_channels": 8, "multi_query_attention": true, "multi_query_group_num": 2, "add_qkv_bias": true,
             "add_bias_linear": false, "rmsnorm": true}
            """),
        new("smollm3", "smollm3", With("smollm3", Grouped.Replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 4"))) { HasRowsInTurn = true },

        // Experts.
        new("mixtral", "llama", With("mixtral", Grouped, """ "num_local_experts": 4, "num_experts_per_tok": 2 """)) { HasRowsInTurn = true },
        new("qwen2-moe", "qwen2moe", With("qwen2_moe", Mixture, """ "shared_expert_intermediate_size": 40 """)),
        new("qwen3-moe", "qwen3moe", With("qwen3_moe", Mixture, """ "norm_topk_prob": true, "head_dim": 16 """)),
        new("olmoe", "olmoe", With("olmoe", Usual, """ "intermediate_size": 24, "num_experts": 6, "num_experts_per_tok": 2 """)),
        new("granite-moe", "granitemoe", With("granitemoe", Grouped, """
             "num_local_experts": 6, "num_experts_per_tok": 2, "embedding_multiplier": 3.0, "logits_scaling": 4.0, "residual_multiplier": 0.5,
             "attention_multiplier": 0.2
            """)) { HasRowsInTurn = true, Settings = [("logit_scale", 4f)] },
        new("gpt-oss", "gpt-oss", With("gpt_oss", Grouped, """
             "num_local_experts": 4, "num_experts_per_tok": 2, "head_dim": 16, "sliding_window": 6, "rope_parameters":
             {"rope_type": "yarn", "factor": 4.0, "beta_fast": 4.0, "beta_slow": 1.0, "original_max_position_embeddings": 16}
            """)) { Renamed = new Dictionary<string, string> { ["ffn_norm"] = "post_attention_norm" } },
    ];

    public static OutsideModel Find(string name) => All.Single(model => model.Name == name);

    private static string With(string type, params IEnumerable<string> fields) => $$"""{"model_type": "{{type}}", {{string.Join(", ", fields)}}}""";
}
