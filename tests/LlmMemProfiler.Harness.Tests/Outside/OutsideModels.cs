using static LlmMemProfiler.Harness.Tests.Reference.TinyConfig;

namespace LlmMemProfiler.Harness.Tests.Outside;

/// <summary>The models that are compared with llama.cpp.</summary>
internal static class OutsideModels
{
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
        new("gpt-neox", "gptneox", Of("gpt_neox", Usual, """ "intermediate_size": 48, "rotary_pct": 0.5 """)),
        new("gpt-neox-sequential", "gptneox", Of("gpt_neox", Usual, """ "intermediate_size": 48, "rotary_pct": 0.5, "use_parallel_residual": false """)),
        new("falcon-7b", "falcon", Of("falcon", Usual, """ "multi_query": true, "parallel_attn": true, "bias": false, "alibi": false """)),
        new("falcon-40b", "falcon", Of("falcon", Usual, """
             "num_kv_heads": 2, "new_decoder_architecture": true, "parallel_attn": true, "bias": false, "alibi": false
            """)) { Renamed = new Dictionary<string, string> { ["attn_norm"] = "attn_norm_2", ["ffn_norm"] = "attn_norm" } },
        new("phi-2", "phi2", Of("phi", Grouped, """ "partial_rotary_factor": 0.5 """)),
        new("starcoder2", "starcoder2", Of("starcoder2", Grouped, """ "use_bias": true, "sliding_window": null """)),
        new("stablelm", "stablelm", Of("stablelm", Grouped, """ "partial_rotary_factor": 0.5, "use_qkv_bias": true """)),
        new("stablelm-12b", "stablelm", Of("stablelm", Grouped, """ "partial_rotary_factor": 0.5, "use_parallel_residual": true, "qk_layernorm": true """)),
        new("nemotron", "nemotron", Of("nemotron", Grouped, """ "partial_rotary_factor": 0.5 """)),
        new("orion", "orion", Of("orion", Grouped)),

        // RMSNorms, gates.
        new("llama", "llama", Of("llama", Grouped)) { HasRowsInTurn = true },
        new("mistral", "llama", Of("mistral", Grouped, """ "head_dim": 16, "sliding_window": null """)) { HasRowsInTurn = true },
        new("qwen2", "qwen2", Of("qwen2", Grouped)),
        new("qwen3", "qwen3", Of("qwen3", Grouped, """ "head_dim": 16, "tie_word_embeddings": true """)),
        new("phi-3", "phi3", Of("phi3", Grouped, """ "sliding_window": null, "pad_token_id": 0 """)),
        new("gemma", "gemma", Of("gemma", Grouped, """ "head_dim": 16, "hidden_activation": "gelu_pytorch_tanh" """)),
        new("gemma2", "gemma2", Of("gemma2", Grouped, """
             "head_dim": 16, "query_pre_attn_scalar": 16, "sliding_window": 6, "attn_logit_softcapping": 2.0, "final_logit_softcapping": 3.0
            """)),
        new("gemma3", "gemma3", Of("gemma3_text", FourLayers, """
             "head_dim": 16, "query_pre_attn_scalar": 16, "sliding_window": 6, "sliding_window_pattern": 4, "rope_theta": 100000
            """)) { Settings = [("attention.sliding_window_pattern", 4u)] },
        new("gemma4", "gemma4", Of("gemma4_text", FourLayers, """
             "head_dim": 8, "global_head_dim": 16, "sliding_window": 6, "layer_types": ["sliding_attention", "full_attention", "sliding_attention",
             "full_attention"], "hidden_size_per_layer_input": 4, "vocab_size_per_layer_input": 64, "num_kv_shared_layers": 2,
             "final_logit_softcapping": 3.0
            """))
        {
            Magnified = 32,
            Settings =
            [
                .. WideAndNarrowHeads, ("attention.sliding_window_pattern", (bool[])[true, false, true, false]), ("attention.shared_kv_layers", 2u),
                ("embedding_length_per_layer_input", 4u),
            ],
        },
        new("gemma4-experts", "gemma4", Of("gemma4_text", Grouped, """
             "head_dim": 8, "global_head_dim": 16, "sliding_window": 6, "hidden_size_per_layer_input": 0, "attention_k_eq_v": true,
             "num_global_key_value_heads": 1, "enable_moe_block": true, "num_experts": 6, "top_k_experts": 2, "moe_intermediate_size": 24,
             "final_logit_softcapping": 3.0
            """))
        {
            Magnified = 32,
            Settings =
            [
                .. WideAndNarrowHeads, ("attention.sliding_window_pattern", (bool[])[true, false]), ("attention.head_count_kv", (uint[])[2, 1]),
                ("embedding_length_per_layer_input", 0u),
            ],
        },
        new("olmo", "olmo", Of("olmo", Grouped, """ "clip_qkv": 1.0 """)) { HasRowsInTurn = true },
        new("olmo2", "olmo2", Of("olmo2", Grouped)),
        new("command-r", "command-r", Of("cohere", Grouped, """ "logit_scale": 0.25 """)),
        new("command-r-plus", "command-r", Of("cohere", """
             "vocab_size": 64, "hidden_size": 16, "num_hidden_layers": 64, "num_attention_heads": 2, "max_position_embeddings": 64,
             "intermediate_size": 16, "num_key_value_heads": 1, "logit_scale": 0.25, "use_qk_norm": true
            """)),
        new("command-a", "cohere2", Of("cohere2", FourLayers, """
             "logit_scale": 0.25, "sliding_window": 6, "sliding_window_pattern": 4
            """)),
        new("granite", "granite", Of("granite", Grouped, """
             "embedding_multiplier": 3.0, "logits_scaling": 4.0, "residual_multiplier": 0.5, "attention_multiplier": 0.2
            """)) { HasRowsInTurn = true, Settings = [("logit_scale", 4f)] },
        new("minicpm", "minicpm", Of("minicpm", Grouped, """ "scale_emb": 3.0, "scale_depth": 1.4, "dim_model_base": 8 """))
        {
            HasRowsInTurn = true,
            Settings = [("logit_scale", 4f)],
        },
        new("internlm2", "internlm2", Of("internlm2", Grouped, """ "bias": false """)) { HasRowsInTurn = true, IsSplit = true },
        new("exaone", "exaone", Of("exaone", Grouped.Replace("num_hidden_layers", "num_layers", StringComparison.Ordinal))),
        new("exaone4", "exaone4", Of("exaone4", Grouped, """ "sliding_window": null """)),
        new("glm4", "glm4", Of("glm4", Grouped, """ "head_dim": 16, "partial_rotary_factor": 0.5, "attention_bias": true, "pad_token_id": 0 """)),
        new("chatglm", "chatglm", """
            {"model_type": "chatglm", "padded_vocab_size": 64, "hidden_size": 32, "num_layers": 2, "num_attention_heads": 4, "seq_length": 64,
             "ffn_hidden_size": 48, "kv_channels": 8, "multi_query_attention": true, "multi_query_group_num": 2, "add_qkv_bias": true,
             "add_bias_linear": false, "rmsnorm": true}
            """),
        new("hunyuan", "hunyuan-dense", Of("hunyuan_v1_dense", Grouped, """
             "head_dim": 16, "rope_scaling": {"type": "dynamic", "alpha": 1000.0, "factor": 1.0}
            """)) { Settings = [("rope.freq_base", (float)(10_000 * Math.Pow(1000, 16 / 14.0)))] },
        new("smollm3", "smollm3", Of("smollm3", FourLayers)) { HasRowsInTurn = true },

        // Positions of longer contexts than those of the training.
        new("llama-linear", "llama", Of("llama", Grouped, """ "rope_scaling": {"rope_type": "linear", "factor": 4.0} """)) { HasRowsInTurn = true },
        new("llama-3.1", "llama", Of("llama", Grouped, """
             "head_dim": 16, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
             "original_max_position_embeddings": 32}
            """)) { HasRowsInTurn = true },
        new("qwen2-yarn", "qwen2", Of("qwen2", Grouped, """
             "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "beta_fast": 4.0, "original_max_position_embeddings": 64}
            """)),
        new("phi-3-long", "phi3", Of("phi3", Grouped, """
             "sliding_window": null, "pad_token_id": 0, "original_max_position_embeddings": 8, "rope_scaling":
             {"type": "longrope", "short_factor": [1.0, 1.1, 1.2, 1.3], "long_factor": [1.0, 2.0, 4.0, 7.0]}
            """)) { Settings = [("rope.scaling.original_context_length", 8u), ("rope.scaling.attn_factor", (float)Math.Sqrt(2))] },
        new("ministral3", "mistral3", Of("ministral3", Grouped, """
             "head_dim": 16, "sliding_window": null, "rope_parameters": {"rope_type": "yarn", "factor": 4.0, "rope_theta": 10000.0, "beta_fast": 8.0,
             "beta_slow": 1.0, "mscale": 1.0, "mscale_all_dim": 1.0, "original_max_position_embeddings": 16, "llama_4_scaling_beta": 0.3}
            """))
        {
            HasRowsInTurn = true,
            Settings = [("attention.temperature_scale", 0.3f), ("attention.temperature_length", 16u), ("rope.scaling.yarn_log_multiplier", 1f)],
        },

        // Experts.
        new("mixtral", "llama", Of("mixtral", Grouped, """ "num_local_experts": 4, "num_experts_per_tok": 2 """)) { HasRowsInTurn = true },
        new("qwen2-moe", "qwen2moe", Of("qwen2_moe", Mixture, """ "shared_expert_intermediate_size": 40 """)),
        new("qwen3-moe", "qwen3moe", Of("qwen3_moe", Mixture, """ "norm_topk_prob": true, "head_dim": 16 """)),
        new("olmoe", "olmoe", Of("olmoe", Usual, """ "intermediate_size": 24, "num_experts": 6, "num_experts_per_tok": 2 """)),
        new("granite-moe", "granitemoe", Of("granitemoe", Grouped, """
             "num_local_experts": 6, "num_experts_per_tok": 2, "embedding_multiplier": 3.0, "logits_scaling": 4.0, "residual_multiplier": 0.5,
             "attention_multiplier": 0.2
            """)) { HasRowsInTurn = true, Settings = [("logit_scale", 4f)] },
        new("gpt-oss", "gpt-oss", Of("gpt_oss", Grouped, """
             "num_local_experts": 4, "num_experts_per_tok": 2, "head_dim": 16, "sliding_window": 6, "rope_parameters":
             {"rope_type": "yarn", "factor": 4.0, "beta_fast": 4.0, "beta_slow": 1.0, "original_max_position_embeddings": 16}
            """)) { Renamed = new Dictionary<string, string> { ["ffn_norm"] = "post_attention_norm" } },
        new("hunyuan-moe", "hunyuan-moe", Of("hunyuan_v1_moe", Grouped, """
             "num_experts": 4, "moe_topk": 2, "num_shared_expert": 1, "moe_intermediate_size": 24, "use_mixed_mlp_moe": true, "use_qk_norm": true
            """)),
        new("llama4", "llama4", Of("llama4_text", FourLayers, """
             "head_dim": 8, "intermediate_size_mlp": 40, "num_local_experts": 4, "num_experts_per_tok": 1, "interleave_moe_layer_step": 2
            """)) { Settings = [("interleave_moe_layer_step", 2u), ("feed_forward_length", 40u)] },
        new("deepseek-v2", "deepseek2", Of("deepseek_v2", LatentMixture, """
             "q_lora_rank": 12, "topk_method": "greedy", "scoring_func": "softmax", "norm_topk_prob": false, "routed_scaling_factor": 2.0
            """)),
        new("deepseek-v3", "deepseek2", Of("deepseek_v3", LatentMixture, """
             "q_lora_rank": 12, "topk_method": "noaux_tc", "n_group": 3, "topk_group": 2, "scoring_func": "sigmoid",
             "norm_topk_prob": true, "routed_scaling_factor": 2.5
            """)),
        new("glm-4.5", "glm4moe", Of("glm4_moe", Grouped, """
             "head_dim": 8, "moe_intermediate_size": 24, "n_routed_experts": 6, "num_experts_per_tok": 2, "n_shared_experts": 1,
             "first_k_dense_replace": 1, "n_group": 1, "topk_group": 1, "norm_topk_prob": true, "routed_scaling_factor": 1.5,
             "partial_rotary_factor": 0.5, "use_qk_norm": true, "attention_bias": true
            """)) { Renamed = new Dictionary<string, string> { ["ffn_norm"] = "post_attention_norm" } },
        new("minimax-m2", "minimax-m2", Of("minimax_m2", Grouped, """
             "num_local_experts": 6, "num_experts_per_tok": 2, "head_dim": 8, "rotary_dim": 4, "use_qk_norm": true, "qk_norm_type": "per_layer",
             "use_routing_bias": true, "scoring_func": "sigmoid"
            """)),
        new("dbrx", "dbrx", """
            {"model_type": "dbrx", "vocab_size": 64, "d_model": 32, "n_heads": 4, "n_layers": 2, "max_seq_len": 64,
             "attn_config": {"kv_n_heads": 2, "rope_theta": 10000.0, "clip_qkv": 1.0},
             "ffn_config": {"ffn_hidden_size": 24, "moe_num_experts": 4, "moe_top_k": 2}}
            """) { Renamed = new Dictionary<string, string> { ["ffn_norm"] = "attn_output_norm" } },
    ];

    /// <summary>Gemma 4's: wide where a layer sees all tokens, narrow where it does not.</summary>
    private static IEnumerable<(string Key, object Value)> WideAndNarrowHeads =>
    [
        ("attention.key_length", 16u), ("attention.value_length", 16u), ("attention.key_length_swa", 8u), ("attention.value_length_swa", 8u),
        ("rope.dimension_count", 16u), ("rope.dimension_count_swa", 8u), ("rope.freq_base", 1e6f), ("rope.freq_base_swa", 1e4f),
    ];

    public static OutsideModel Find(string name) => All.Single(model => model.Name == name);
}
