namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>Fields that published configs have beside those that a class reads: they are accepted, where they change nothing.</summary>
public class WholeConfigTests
{
    [Theory]
    [InlineData("""{"model_type": "glm4_moe", "head_dim": 128, "decoder_sparse_step": 1, "moe_router_dtype": "float32", "num_nextn_predict_layers": 1}""")]
    [InlineData("""{"model_type": "nemotron_h", "num_hidden_layers": 1, "hybrid_override_pattern": "E", "n_shared_experts": 1, "rope_theta": 10000, "partial_rotary_factor": 1.0, "attention_head_dim": 128, "mamba_ssm_cache_dtype": "float32", "time_step_limit": [0.0, 1e20]}""")]
    [InlineData("""{"model_type": "llama4_text", "attn_temperature_tuning": 4, "cache_implementation": "hybrid", "for_llm_compressor": false, "no_rope_layers": []}""")]
    [InlineData("""{"model_type": "minimax_m2", "num_hidden_layers": 2, "attn_type_list": [1, 1], "mlp_intermediate_size": 8192, "shared_moe_mode": "sigmoid", "layernorm_mlp_beta": 1.0, "shared_intermediate_size": 0}""")]
    [InlineData("""{"model_type": "glm_moe_dsa", "head_dim": 256, "dsa_indexer_loss_coeff": 0.01}""")]
    [InlineData("""{"model_type": "qwen3_moe", "qkv_bias": false, "shared_expert_intermediate_size": 0, "max_window_layers": 48, "use_sliding_window": false}""")]
    [InlineData("""{"model_type": "qwen3_next", "router_aux_loss_coef": 0.001, "use_sliding_window": false, "rope_scaling": null, "rope_theta": 5000000}""")]
    [InlineData("""{"model_type": "jamba", "mamba_dt_rank": 256, "num_logits_to_keep": 1, "use_mamba_kernels": false, "output_router_logits": false}""")]
    [InlineData("""{"model_type": "mamba2", "intermediate_size": 8192, "chunk_size": 256, "time_step_rank": 256, "residual_in_fp32": true, "rms_norm": true, "norm_before_gate": true}""")]
    [InlineData("""{"model_type": "minicpm3", "rope_scaling": {"type": "longrope", "long_factor": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], "short_factor": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], "original_max_position_embeddings": 32768}}""")]
    [InlineData("""{"model_type": "deepseek_v3", "ep_size": 1, "seq_aux": true, "aux_loss_alpha": 0.001, "pretraining_tp": 1, "moe_layer_freq": 1}""")]
    [InlineData("""{"model_type": "llama", "num_hidden_layers": 1, "add_cross_attention": false, "rope_dim": 128, "internal_version": "7b-alpha", "adapters": {"adapters": {}, "config_map": {}}}""")]
    [InlineData("""{"model_type": "mistral", "num_hidden_layers": 1, "norm_eps": 1e-5, "rms_norm_eps": 1e-5}""")]
    [InlineData("""{"model_type": "qwen2_moe", "num_hidden_layers": 2, "intermediate_size": 5632}""")]
    [InlineData("""{"model_type": "qwen3_next", "num_hidden_layers": 2, "intermediate_size": 5120}""")]
    [InlineData("""{"model_type": "falcon", "n_head": 71, "n_layer": 32, "num_attention_heads": 71}""")]
    [InlineData("""{"model_type": "glm_moe_dsa", "num_hidden_layers": 2, "mlp_layer_types": ["dense", "sparse"], "first_k_dense_replace": 3, "moe_layer_freq": 1, "index_share_for_mtp_iteration": true}""")]
    public void A_published_config_is_read(string config) => Assert.True(FamilyForm.Read(config).Parameters > 0);

    [Theory]
    [InlineData("""{"model_type": "minimax_m2", "num_hidden_layers": 2, "attn_type_list": [1, 0]}""", "only softmax attention is supported")]
    [InlineData("""{"model_type": "minimax_m2", "layernorm_mlp_beta": 3.5}""", "layernorm_mlp_beta is 3.5, which scales what is added")]
    [InlineData("""{"model_type": "minimax_m2", "shared_intermediate_size": 8}""", "adds an expert that all tokens share")]
    [InlineData("""{"model_type": "glm4_moe", "head_dim": 128, "decoder_sparse_step": 2}""", "leaves layers without experts")]
    [InlineData("""{"model_type": "llama", "add_cross_attention": true}""", "gives each block a second attention")]
    [InlineData("""{"model_type": "llama", "adapters": {"adapters": {"one": "pfeiffer"}, "config_map": {}}}""", "adds adapters")]
    [InlineData("""{"model_type": "falcon", "n_head": 16, "num_attention_heads": 71}""", "num_attention_heads is 71, but n_head is 16")]
    [InlineData("""{"model_type": "glm4v", "attention_bias": false}""", "takes the biases of attention away")]
    public void What_would_change_the_model_is_refused(string config, string words) => Assert.Contains(words, FamilyForm.Refusal(config), StringComparison.Ordinal);
}
