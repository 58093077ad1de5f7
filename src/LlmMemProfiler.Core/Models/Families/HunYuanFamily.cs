using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Llama with queries and keys that are normed after the rotation.</summary>
/// <remarks>Tencent (2025), Hunyuan-7B; transformers, <c>models/hunyuan_v1_dense/modeling_hunyuan_v1_dense.py</c>.</remarks>
internal sealed class HunYuanFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["hunyuan_v1_dense"];

    protected override Sublayer Attention(ModelConfig config, int layer, string name) => Softmax(config, layer, name) with
    {
        QueryNorm = Norm(config, name + "query_layernorm", HeadDim(config)),
        KeyNorm = Norm(config, name + "key_layernorm", HeadDim(config)),
        IsRotatedFirst = true,
    };

    protected override bool HasFeedForwardBias(ModelConfig config) => false;
}
