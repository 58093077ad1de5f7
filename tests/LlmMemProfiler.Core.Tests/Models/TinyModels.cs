using System.Text;
using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>A tiny model of each family that is executed, as its config.json says it.</summary>
internal static partial class TinyModels
{
    private const string Sizes =
        "\"hidden_size\": 64, \"intermediate_size\": 96, \"num_hidden_layers\": 3, \"num_attention_heads\": 4, \"vocab_size\": 101, \"max_position_embeddings\": 128";

    private const string Older = "\"n_embd\": 64, \"n_head\": 8, \"n_layer\": 3, \"n_positions\": 128, \"vocab_size\": 101";

    private const string Falcon = "\"hidden_size\": 64, \"num_hidden_layers\": 3, \"num_attention_heads\": 4, \"vocab_size\": 101, \"max_position_embeddings\": 128";

    private const string Opt = Falcon + ", \"ffn_dim\": 96";

    private const string Latent =
        "\"num_key_value_heads\": 4, \"kv_lora_rank\": 24, \"qk_nope_head_dim\": 12, \"qk_rope_head_dim\": 8, \"v_head_dim\": 10";

    private const string LatentMixture = Latent
        + ", \"moe_intermediate_size\": 24, \"n_routed_experts\": 6, \"num_experts_per_tok\": 2, \"n_shared_experts\": 2, \"first_k_dense_replace\": 1";

    private const string Mixture = "\"num_key_value_heads\": 2, \"moe_intermediate_size\": 24, \"num_experts\": 6, \"num_experts_per_tok\": 2";

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
        ["gpt2"] = $$"""{"model_type": "gpt2", {{Older}}}""",
        ["phi"] = $$"""{"model_type": "phi", {{Sizes}}, "partial_rotary_factor": 0.5}""",
        ["phi, normed heads"] = $$"""{"model_type": "phi", {{Sizes}}, "num_key_value_heads": 2, "qk_layernorm": true}""",
        ["gpt_neox"] = $$"""{"model_type": "gpt_neox", {{Sizes}}, "rotary_pct": 0.5}""",
        ["gpt_neox, one after the other"] = $$"""{"model_type": "gpt_neox", {{Sizes}}, "use_parallel_residual": false}""",
        ["gptj"] = $$"""{"model_type": "gptj", {{Older}}, "rotary_dim": 4}""",
        ["codegen"] = $$"""{"model_type": "codegen", {{Older}}, "rotary_dim": 4}""",
        ["falcon, one head of keys"] = $$"""{"model_type": "falcon", {{Falcon}}, "multi_query": true, "parallel_attn": true, "bias": false, "alibi": false}""",
        ["falcon, groups"] =
            $$"""{"model_type": "falcon", {{Falcon}}, "num_kv_heads": 2, "new_decoder_architecture": true, "parallel_attn": true, "bias": false, "alibi": false}""",
        ["falcon, ALiBi"] = $$"""{"model_type": "falcon", {{Falcon}}, "multi_query": false, "parallel_attn": false, "bias": true, "alibi": true}""",
        ["bloom"] = """{"model_type": "bloom", "hidden_size": 48, "n_head": 6, "n_layer": 3, "vocab_size": 101}""",
        ["mpt"] =
            """{"model_type": "mpt", "d_model": 64, "n_heads": 4, "n_layers": 3, "vocab_size": 101, "max_seq_len": 128, "attn_config": {"alibi": true, "clip_qkv": 1.5}}""",
        ["opt"] = $$"""{"model_type": "opt", {{Opt}}}""",
        ["opt, norms after"] = $$"""{"model_type": "opt", {{Opt}}, "word_embed_proj_dim": 40, "do_layer_norm_before": false}""",
        ["gemma2"] =
            $$"""{"model_type": "gemma2", {{Sizes}}, "num_key_value_heads": 2, "head_dim": 16, "query_pre_attn_scalar": 24, "sliding_window": 6}""",
        ["gemma3"] =
            $$"""{"model_type": "gemma3_text", {{Sizes}}, "num_key_value_heads": 2, "head_dim": 16, "query_pre_attn_scalar": 24, "sliding_window": 6, "sliding_window_pattern": 2}""",
        ["olmo"] = $$"""{"model_type": "olmo", {{Sizes}}, "num_key_value_heads": 2, "clip_qkv": 1.0}""",
        ["olmo3"] = $$"""{"model_type": "olmo3", {{Sizes}}, "num_key_value_heads": 2, "sliding_window": 6}""",
        ["cohere"] = $$"""{"model_type": "cohere", {{Sizes}}, "num_key_value_heads": 2, "logit_scale": 0.25}""",
        ["cohere, normed heads"] = $$"""{"model_type": "cohere", {{Sizes}}, "num_key_value_heads": 2, "use_qk_norm": true}""",
        ["cohere2"] = $$"""{"model_type": "cohere2", {{Sizes}}, "num_key_value_heads": 2, "sliding_window": 6, "sliding_window_pattern": 2}""",
        ["granite"] =
            $$"""{"model_type": "granite", {{Sizes}}, "num_key_value_heads": 2, "embedding_multiplier": 3.0, "logits_scaling": 4.0, "residual_multiplier": 0.5, "attention_multiplier": 0.2}""",
        ["starcoder2"] = $$"""{"model_type": "starcoder2", {{Sizes}}, "num_key_value_heads": 2, "sliding_window": 6}""",
        ["starcoder2, quick GELU"] = $$"""{"model_type": "starcoder2", {{Sizes}}, "num_key_value_heads": 2, "hidden_act": "quick_gelu"}""",
        ["stablelm"] =
            $$"""{"model_type": "stablelm", {{Sizes}}, "num_key_value_heads": 2, "partial_rotary_factor": 0.5, "use_parallel_residual": true, "qk_layernorm": true}""",
        ["glm"] = $$"""{"model_type": "glm", {{Sizes}}, "num_key_value_heads": 2, "head_dim": 16, "partial_rotary_factor": 0.5, "pad_token_id": 0}""",
        ["glm4"] =
            $$"""{"model_type": "glm4", {{Sizes}}, "num_key_value_heads": 2, "head_dim": 16, "partial_rotary_factor": 0.5, "attention_bias": true, "pad_token_id": 0}""",
        ["chatglm"] = """
            {"model_type": "chatglm", "padded_vocab_size": 101, "hidden_size": 64, "num_layers": 3, "num_attention_heads": 4, "seq_length": 128,
             "ffn_hidden_size": 96, "kv_channels": 16, "multi_query_attention": true, "multi_query_group_num": 2, "add_qkv_bias": true,
             "add_bias_linear": false, "rmsnorm": true}
            """,
        ["internlm2"] = $$"""{"model_type": "internlm2", {{Sizes}}, "num_key_value_heads": 2, "bias": false}""",
        ["baichuan"] = $$"""{"model_type": "baichuan", {{Sizes}}}""",
        ["orion"] = $$"""{"model_type": "orion", {{Sizes}}, "num_key_value_heads": 2}""",
        ["minicpm"] = $$"""{"model_type": "minicpm", {{Sizes}}, "num_key_value_heads": 2, "scale_emb": 3.0, "scale_depth": 1.4, "dim_model_base": 8}""",
        ["exaone"] =
            """{"model_type": "exaone", "hidden_size": 64, "intermediate_size": 96, "num_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 101, "max_position_embeddings": 128}""",
        ["exaone4"] = $$"""{"model_type": "exaone4", {{Sizes}}, "num_key_value_heads": 2, "sliding_window": 6, "sliding_window_pattern": "LG"}""",
        ["nemotron"] = $$"""{"model_type": "nemotron", {{Sizes}}, "num_key_value_heads": 2, "partial_rotary_factor": 0.5}""",
        ["smollm3"] = $$"""{"model_type": "smollm3", {{Sizes}}, "num_key_value_heads": 2, "no_rope_layers": [1, 0, 1]}""",
        ["gpt_bigcode"] = $$"""{"model_type": "gpt_bigcode", {{Older}}}""",
        ["openai-gpt"] = $$"""{"model_type": "openai-gpt", {{Older}}}""",
        ["gpt_neo"] = """
            {"model_type": "gpt_neo", "vocab_size": 101, "hidden_size": 64, "num_layers": 2, "num_heads": 4, "max_position_embeddings": 128,
             "window_size": 6, "attention_types": [[["global", "local"], 1]]}
            """,
        ["qwen"] = $$"""{"model_type": "qwen", {{Sizes}}, "kv_channels": 16, "seq_length": 10}""",
        ["ministral3"] = $$"""
            {"model_type": "ministral3", {{Sizes}}, "num_key_value_heads": 2, "head_dim": 16, "sliding_window": null, "rope_parameters": {"rope_type": "yarn",
             "factor": 4.0, "rope_theta": 10000.0, "original_max_position_embeddings": 8, "llama_4_scaling_beta": 0.3} }
            """,
        ["phi3"] = $$"""{"model_type": "phi3", {{Sizes}}, "num_key_value_heads": 2}""",
        ["mixtral"] = $$"""{"model_type": "mixtral", {{Sizes}}, "num_key_value_heads": 2, "num_local_experts": 4, "num_experts_per_tok": 2}""",
        ["qwen2_moe"] =
            $$"""{"model_type": "qwen2_moe", {{Sizes}}, {{Mixture}}, "decoder_sparse_step": 2, "shared_expert_intermediate_size": 40}""",
        ["qwen3_moe"] = $$"""{"model_type": "qwen3_moe", {{Sizes}}, {{Mixture}}, "norm_topk_prob": true, "head_dim": 16}""",
        ["granitemoe"] = $$"""{"model_type": "granitemoe", {{Sizes}}, "num_key_value_heads": 2, "num_local_experts": 6, "num_experts_per_tok": 2}""",
        ["glm4_moe"] =
            $$"""
            {"model_type": "glm4_moe", {{Sizes}}, "num_key_value_heads": 2, "moe_intermediate_size": 24, "n_routed_experts": 6, "num_experts_per_tok": 2,
             "n_shared_experts": 1, "first_k_dense_replace": 1, "n_group": 3, "topk_group": 2, "norm_topk_prob": true, "routed_scaling_factor": 1.5}
            """,
        ["minicpm3"] = $$"""{"model_type": "minicpm3", {{Sizes}}, {{Latent}}, "q_lora_rank": 20, "scale_emb": 3.0, "dim_model_base": 8}""",
        ["deepseek_v2"] =
            $$"""{"model_type": "deepseek_v2", {{Sizes}}, {{LatentMixture}}, "q_lora_rank": null, "topk_method": "greedy", "scoring_func": "softmax", "norm_topk_prob": false}""",
        ["deepseek_v3"] =
            $$"""{"model_type": "deepseek_v3", {{Sizes}}, {{LatentMixture}}, "q_lora_rank": 20, "n_group": 3, "topk_group": 2, "routed_scaling_factor": 2.5}""",
        ["mistral4"] = $$"""
            {"model_type": "mistral4", {{Sizes}}, {{LatentMixture}}, "q_lora_rank": 20, "rope_parameters": {"rope_type": "yarn", "factor": 4.0,
             "rope_theta": 10000.0, "original_max_position_embeddings": 8, "llama_4_scaling_beta": 0.3} }
            """,
        ["gpt_oss"] = $$"""
            {"model_type": "gpt_oss", {{Sizes}}, "num_key_value_heads": 2, "num_local_experts": 6, "num_experts_per_tok": 2, "head_dim": 16, "sliding_window": 6}
            """,
        ["hunyuan"] = $$"""
            {"model_type": "hunyuan_v1_dense", {{Sizes}}, "num_key_value_heads": 2, "head_dim": 16,
             "rope_scaling": {"type": "dynamic", "alpha": 1000.0, "factor": 1.0} }
            """,
        ["persimmon"] = $$"""{"model_type": "persimmon", {{Sizes}}, "partial_rotary_factor": 0.5, "qk_layernorm": true}""",
        ["molmo"] = $$"""{"model_type": "molmo", {{Sizes}}, "embedding_size": 104, "num_key_value_heads": 2, "qkv_bias": true, "weight_tying": false}""",
        ["baichuan 2"] = """
            {"model_type": "baichuan", "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2,
             "vocab_size": 125696, "max_position_embeddings": 128}
            """,
        ["nemotron-nas"] = $$"""
            {"model_type": "nemotron-nas", "hidden_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4, "vocab_size": 101,
             "max_position_embeddings": 128, "block_configs": [
             {"attention": {"replace_with_linear": true, "no_op": false}, "ffn": {"ffn_mult": 1.0, "no_op": false} },
             {"attention": {"n_heads_in_group": 2, "no_op": false}, "ffn": {"replace_with_linear": true, "no_op": false} },
             {"attention": {"n_heads_in_group": 4, "no_op": false}, "ffn": {"no_op": true} }]}
            """,
        ["llama4_text"] = $$"""
            {"model_type": "llama4_text", {{Sizes}}, "num_key_value_heads": 2, "head_dim": 16, "intermediate_size_mlp": 80, "num_local_experts": 4,
             "num_experts_per_tok": 2, "interleave_moe_layer_step": 2, "no_rope_layers": [1, 0, 1], "attention_chunk_size": 5, "floor_scale": 4}
            """,
        ["phimoe"] = $$"""
            {"model_type": "phimoe", {{Sizes}}, "num_key_value_heads": 2, "num_local_experts": 6, "num_experts_per_tok": 2,
             "router_jitter_noise": 0.2, "lm_head_bias": true}
            """,
        ["olmoe"] = $$"""{"model_type": "olmoe", {{Sizes}}, "num_experts": 6, "num_experts_per_tok": 2, "clip_qkv": 0.7}""",
        ["qwen3_next, attention"] = """
            {"model_type": "qwen3_next", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 101,
             "max_position_embeddings": 128, "num_key_value_heads": 2, "moe_intermediate_size": 24, "num_experts": 6, "num_experts_per_tok": 2,
             "head_dim": 16, "full_attention_interval": 1, "partial_rotary_factor": 0.5, "shared_expert_intermediate_size": 40}
            """,
        ["minimax, attention"] = $$"""
            {"model_type": "minimax", {{Sizes}}, "num_key_value_heads": 2, "head_dim": 16, "num_local_experts": 4, "num_experts_per_tok": 2,
             "layer_types": ["full_attention", "full_attention", "full_attention"], "full_attn_alpha_factor": 1.5, "full_attn_beta_factor": 0.5,
             "mlp_alpha_factor": 0.75, "mlp_beta_factor": 1.25, "postnorm": true}
            """,
        ["gemma4_text"] = """
            {"model_type": "gemma4_text", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 4, "num_attention_heads": 4, "vocab_size": 101,
             "max_position_embeddings": 128, "num_key_value_heads": 2, "head_dim": 16, "global_head_dim": 32, "sliding_window": 6,
             "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"], "hidden_size_per_layer_input": 8,
             "vocab_size_per_layer_input": 101, "num_kv_shared_layers": 2, "final_logit_softcapping": 3.0}
            """,
        ["gemma4_text, experts"] = $$"""
            {"model_type": "gemma4_text", {{Sizes}}, "num_key_value_heads": 2, "head_dim": 16, "global_head_dim": 32, "sliding_window": 6,
             "hidden_size_per_layer_input": 0, "attention_k_eq_v": true, "num_global_key_value_heads": 1, "enable_moe_block": true,
             "num_experts": 6, "top_k_experts": 2, "moe_intermediate_size": 24}
            """,
    };

    public static IEnumerable<string> Names => Configs.Keys;

    public static ModelSpec Find(string name) => Read(name, Configs[name]);

    /// <summary>The same model with another number of layers than 3; null if its config says something of each layer.</summary>
    public static ModelSpec? Find(string name, int layers) =>
        Configs[name].Contains('[') ? null : Read(name, Layers().Replace(Configs[name], $"${{1}}{layers}"));

    private static ModelSpec Read(string name, string config) => ModelFile.Read(Encoding.UTF8.GetBytes(config), name, name);

    [GeneratedRegex("""("(?:num_hidden_layers|n_layers?|num_layers)": )\d+""")]
    private static partial Regex Layers();
}
