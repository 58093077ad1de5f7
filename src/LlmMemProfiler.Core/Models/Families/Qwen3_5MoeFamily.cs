using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Qwen Team (2026), Qwen3.5; transformers, <c>models/qwen3_5_moe/modeling_qwen3_5_moe.py</c>.</remarks>
internal sealed class Qwen3_5MoeFamily : QwenNextLike
{
    public override IReadOnlyList<string> ModelTypes => ["qwen3_5_moe", "qwen3_5_moe_text"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // Its class has experts in all layers.
        config.PassOver("mlp_only_layers", "decoder_sparse_step", "intermediate_size");
        return base.Read(config, name) with { Prefix = Qwen3_5Names.Prefix };
    }

    protected override Experts Mixture(ModelConfig config, string name) => QwenMixtures.WithShared(config, base.Mixture(config, name), name);

    protected override Routing Routing(ModelConfig config) => new(RouterScores.Softmax) { IsNormalized = true };

    protected override IEnumerable<(string Name, long Outputs)> Inputs(long keys, long values, int valueHeads) => Qwen3_5Names.Inputs(keys, values, valueHeads);
}
