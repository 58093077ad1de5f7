using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>DeepSeek-AI (2024), DeepSeek-V2; transformers, <c>models/deepseek_v2/modeling_deepseek_v2.py</c>.</remarks>
internal sealed class DeepSeekV2Family : DeepSeekLike
{
    public override IReadOnlyList<string> ModelTypes => ["deepseek_v2", "deepseek_vl_v2", "DeepseekOCR"];

    protected override Sublayer Attention(ModelConfig config, int layer, string name) => config.Flag("use_mla")
        ? Latents.Read(config, name, isInterleaved: true)
        : Plain(config, layer, name);

    /// <summary>Small ones, such as DeepSeek-OCR's decoder, have Llama's attention, and the widths of the other are 0.</summary>
    private Attention Plain(ModelConfig config, int layer, string name)
    {
        config.PassOver("kv_lora_rank", "q_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim");
        return Softmax(config, layer, name);
    }

    protected override int HeadDim(ModelConfig config) => config.Share("hidden_size", "num_attention_heads");
}
