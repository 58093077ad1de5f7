using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using static LlmMemProfiler.Harness.Tests.Reference.TinyConfig;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>The models that llama.cpp does not have, or decodes otherwise than transformers.</summary>
internal static class InsideModels
{
    private const string Llama = "llama";

    public static IReadOnlyList<TinyModel> All { get; } =
    [
        new("openai-gpt", Of("openai-gpt", Older)),
        new("nanogpt", """{"n_layer": 2, "n_head": 4, "n_embd": 32, "block_size": 64, "vocab_size": 64, "bias": false}"""),
        new("gpt2-multi-query", Of("gpt2", Older, """ "attention_head_type": "multiquery" """)),
        new("gpt-bigcode-multi-head", Of("gpt_bigcode", Older, """ "multi_query": false """)),
        new("gpt-neo", Of("gpt_neo", """
             "vocab_size": 64, "hidden_size": 32, "num_layers": 2, "num_heads": 4, "max_position_embeddings": 64, "window_size": 6,
             "attention_types": [[["global", "local"], 1]]
            """)),
        new("gpt-j", Of("gptj", Older, """ "rotary_dim": 4 """)),
        new("codegen", Of("codegen", Older, """ "rotary_dim": 4 """)),
        new("codegen-8-heads", Of("codegen", Older.Replace("\"n_head\": 4", "\"n_head\": 8", StringComparison.Ordinal), """ "rotary_dim": 4 """)),
        new("opt", Of("opt", Usual, """ "ffn_dim": 48 """)),
        new("opt-350m", Of("opt", Usual, """ "ffn_dim": 48, "word_embed_proj_dim": 20, "do_layer_norm_before": false """)),
        new("falcon-alibi", Of("falcon", Usual, """ "alibi": true, "multi_query": false, "parallel_attn": false, "bias": true """)),
        new("bloom-odd-heads", """{"model_type": "bloom", "vocab_size": 64, "hidden_size": 48, "n_head": 6, "n_layer": 2}"""),
        new("phi-with-norms", Of("phi", Grouped, """ "qk_layernorm": true """)),
        new("phi-msft", Of("phi-msft", Older, """ "rotary_dim": 4 """)),
        new("baichuan", Of("baichuan", Usual, """ "intermediate_size": 48 """)),
        new("qwen", Of("qwen", Usual, """ "intermediate_size": 96, "kv_channels": 8, "seq_length": 10 """)),
        new("exaone4-windows", Of("exaone4", FourLayers, """ "sliding_window": 6 """)),
        new("smollm3-windows", Of("smollm3", FourLayers, """ "use_sliding_window": true, "sliding_window": 6 """)),
        new("olmo3", Of("olmo3", FourLayers, """ "sliding_window": 6 """)),
        new("nemotron-nas", Of("nemotron-nas", Usual.Replace("32", "96", StringComparison.Ordinal), """
             "block_configs": [{"attention": {"replace_with_linear": true, "no_op": false}, "ffn": {"ffn_mult": 1.0, "no_op": false}},
             {"attention": {"n_heads_in_group": 2, "no_op": false}, "ffn": {"replace_with_linear": true, "no_op": false}}]
            """)),
        new("quick-gelu", Of("starcoder2", Grouped, """ "hidden_act": "quick_gelu" """)),
        new("dynamic", Of(Llama, """
             "vocab_size": 64, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48,
             "max_position_embeddings": 16, "rope_scaling": {"rope_type": "dynamic", "factor": 4.0}
            """)),
        new("yarn-not-truncated", Of(Llama, Grouped, """
             "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "truncate": false, "beta_fast": 4.0, "original_max_position_embeddings": 16}
            """)),
        new("phi-3-short", Of("phi3", Grouped, """
             "pad_token_id": 0, "original_max_position_embeddings": 32, "rope_scaling":
             {"type": "longrope", "short_factor": [1.0, 1.1, 1.2, 1.3], "long_factor": [1.0, 2.0, 4.0, 7.0]}
            """)),
        new("llama4-chunks", Of("llama4_text", FourLayers, """
             "head_dim": 8, "intermediate_size_mlp": 40, "num_local_experts": 4, "num_experts_per_tok": 2, "interleave_moe_layer_step": 2,
             "attention_chunk_size": 5, "floor_scale": 4
            """)),
        new("glm-4.5-groups", Of("glm4_moe", Grouped, """
             "head_dim": 8, "moe_intermediate_size": 24, "n_routed_experts": 6, "num_experts_per_tok": 2, "n_shared_experts": 2,
             "first_k_dense_replace": 1, "n_group": 3, "topk_group": 2, "norm_topk_prob": true, "routed_scaling_factor": 2.5
            """)),
        new("baichuan2", Of("baichuan", Usual, """ "intermediate_size": 48 """)) { With = model => model with { IsOutputNormalized = true } },
        new("molmo", Of("molmo", Usual, """
             "intermediate_size": 96, "embedding_size": 70, "num_key_value_heads": 2, "qkv_bias": true, "weight_tying": false
            """)),
        new("fused-normed-heads", Of("phi3", Grouped, """ "sliding_window": null, "pad_token_id": 0 """)) { With = WithNormsOfHeads },
        new("persimmon", Of("persimmon", Usual, """ "intermediate_size": 48, "partial_rotary_factor": 0.5, "qk_layernorm": true """)),
        new("mpt-normed", """
            {"model_type": "mpt", "vocab_size": 64, "d_model": 32, "n_heads": 4, "n_layers": 2, "max_seq_len": 64,
             "attn_config": {"alibi": true, "clip_qkv": 0.7, "qk_ln": true}}
            """),
        new("olmoe-clipped", Of("olmoe", Usual, """ "intermediate_size": 24, "num_experts": 6, "num_experts_per_tok": 2, "clip_qkv": 0.7 """)),
        new("mixtral-relu2", Of("mixtral", Grouped, """ "num_local_experts": 4, "num_experts_per_tok": 2, "hidden_act": "relu2" """)),
        new("mixtral-quick-gelu", Of("mixtral", Grouped, """ "num_local_experts": 4, "num_experts_per_tok": 2, "hidden_act": "quick_gelu" """)),
        new("qwen3-next-attention", Of("qwen3_next", Mixture, """
             "head_dim": 16, "full_attention_interval": 1, "partial_rotary_factor": 0.5, "shared_expert_intermediate_size": 40
            """)),
        new("minimax-softmax", Of("minimax", Grouped, """
             "num_local_experts": 4, "num_experts_per_tok": 2, "head_dim": 8, "layer_types": ["full_attention", "full_attention"],
             "full_attn_alpha_factor": 1.5, "full_attn_beta_factor": 0.5, "mlp_alpha_factor": 0.75, "mlp_beta_factor": 1.25, "postnorm": true
            """)),
        new("minimax-scaled", Of("minimax", Grouped, """
             "num_local_experts": 4, "num_experts_per_tok": 2, "head_dim": 8, "layer_types": ["full_attention", "full_attention"],
             "full_attn_alpha_factor": 1.5, "full_attn_beta_factor": 0.5, "mlp_alpha_factor": 0.75, "mlp_beta_factor": 1.25, "postnorm": false
            """)),
        new("phi-moe", Of("phimoe", Grouped, """ "num_local_experts": 6, "num_experts_per_tok": 2, "router_jitter_noise": 0.2, "lm_head_bias": true """)),
        new("minicpm3", Of("minicpm3", Latent, """ "q_lora_rank": 12, "scale_emb": 3.0, "dim_model_base": 8 """)),
        new("mistral-4", Of("mistral4", LatentMixture, """
             "q_lora_rank": 12, "rope_parameters": {"rope_type": "yarn", "factor": 4.0, "rope_theta": 10000.0,
             "original_max_position_embeddings": 8, "llama_4_scaling_beta": 0.3}
            """)),
        new("deepseek-v2-groups", Of("deepseek_v2", LatentMixture, """
             "q_lora_rank": null, "topk_method": "group_limited_greedy", "n_group": 3, "topk_group": 2, "scoring_func": "softmax",
             "norm_topk_prob": false, "routed_scaling_factor": 2.0, "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "mscale": 0.7,
             "mscale_all_dim": 0.7, "original_max_position_embeddings": 16}
            """)),
    ];

    /// <summary>With norms of each head of a fused projection, which no family has yet.</summary>
    private static ModelSpec WithNormsOfHeads(ModelSpec model) => model with
    {
        Blocks = [.. model.Blocks.Select((block, layer) => block with
        {
            Branches = [.. block.Branches.Select(branch => branch.Sublayer is not Attention attention ? branch : branch with
            {
                Sublayer = attention with
                {
                    QueryNorm = new($"{layer}.q_norm", NormKind.RmsNorm, attention.HeadDim, 1e-6),
                    KeyNorm = new($"{layer}.k_norm", NormKind.RmsNorm, attention.HeadDim, 1e-6),
                },
            })],
        })],
    };
}
