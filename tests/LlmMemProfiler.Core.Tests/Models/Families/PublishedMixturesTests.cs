using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models.Families;

/// <summary>
/// Parameters of models with experts or states, as the sizes of their published safetensors give them. Configs are excerpts: what is missing,
/// the class says.
/// </summary>
public class PublishedMixturesTests
{
    [Theory]
    [InlineData("Qwen3-30B-A3B", 30_532_122_624, """{"model_type": "qwen3_moe", "head_dim": 128, "num_hidden_layers": 48, "norm_topk_prob": true, "max_window_layers": 48}""")]
    [InlineData("Qwen1.5-MoE-A2.7B", 14_315_784_192, """{"model_type": "qwen2_moe", "max_window_layers": 21}""")]
    [InlineData("Qwen3-Next-80B-A3B", 79_674_391_296, """{"model_type": "qwen3_next"}""")]
    [InlineData("OLMoE-1B-7B", 6_919_161_856, """{"model_type": "olmoe", "intermediate_size": 1024}""")]
    [InlineData("Phi-3.5-MoE", 41_873_153_344, """{"model_type": "phimoe", "attention_bias": true, "lm_head_bias": true}""")]
    [InlineData("Mixtral-8x7B", 46_702_792_704, """{"model_type": "mixtral"}""")]
    [InlineData("GLM-4.5-Air", 106_852_251_264, """{"model_type": "glm4_moe", "head_dim": 128, "attention_bias": true}""")]
    [InlineData("DeepSeek-V3", 671_026_419_200, """{"model_type": "deepseek_v3"}""")]
    [InlineData(
        "DBRX", 131_596_523_520,
        """{"model_type": "dbrx", "d_model": 6144, "n_heads": 48, "n_layers": 40, "vocab_size": 100352, "attn_config": {"kv_n_heads": 8, "clip_qkv": 8}, "ffn_config": {"ffn_hidden_size": 10752, "moe_num_experts": 16, "moe_top_k": 4}}""")]
    [InlineData("Jamba-v0.1", 51_570_323_328, """{"model_type": "jamba", "mamba_dt_rank": 256}""")]
    [InlineData("mamba-130m", 129_135_360, """{"model_type": "mamba", "num_hidden_layers": 24, "use_bias": false, "time_step_rank": 48}""")]
    [InlineData("Mamba-Codestral-7B", 7_285_403_648, """{"model_type": "mamba2"}""")]
    public void Parameters_are_those_of_the_checkpoint(string name, long parameters, string config) =>
        Assert.Equal((name, parameters), (name, FamilyForm.Read(config).Parameters));

    /// <summary>62 layers of a query of rank 768, a kept vector of 256 + 32, 40 heads of 64 + 32 and 64, and a gated layer of 6,400.</summary>
    [Fact]
    public void Minicpm3_is_counted_with_its_latent_attention()
    {
        const long D = 2_560, Heads = 40;
        const long Attention = (D * 768) + 768 + (768 * Heads * 96) + (D * 288) + 256 + (256 * Heads * 128) + (Heads * 64 * D);

        var model = FamilyForm.Read("""{"model_type": "minicpm3"}""");

        Assert.Equal((73_448 * D) + D + (62 * (Attention + (2 * D) + (3 * D * 6_400))), model.Parameters);
        Assert.Equal(62 * 288, model.CachedElements);
        Assert.Equal((12, 256.0 / D), (model.EmbeddingScale, model.LogitScale));
    }

    [Theory]
    [InlineData("Mixtral-8x7B", 12_879_925_248, """{"model_type": "mixtral"}""")]
    [InlineData("Qwen1.5-MoE-A2.7B", 2_689_173_504, """{"model_type": "qwen2_moe"}""")]
    public void A_token_passes_through_its_experts_and_the_shared_one(string name, long active, string config) =>
        Assert.Equal((name, active), (name, FamilyForm.Read(config).ActiveParameters));

    [Fact]
    public void The_mixtral_whose_head_dim_is_null_has_heads_of_128()
    {
        var model = ModelFile.Read(SharedFiles.At("cases", "mixtral_8x22b_headdim_null.json"));

        Assert.Equal((140_630_071_296, 229_376), (model.Parameters, model.CachedElements * 2));
    }
}
