using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Qwen Team (2025), Qwen3-Next; transformers, <c>models/qwen3_next/modeling_qwen3_next.py</c>.</remarks>
internal sealed class Qwen3NextFamily : QwenNextLike
{
    public override IReadOnlyList<string> ModelTypes => ["qwen3_next"];

    protected override bool HasExperts(ModelConfig config, int layer) => QwenMixtures.HasExperts(config, layer);

    protected override Experts Mixture(ModelConfig config, string name) => QwenMixtures.WithShared(config, base.Mixture(config, name), name);

    protected override IEnumerable<(string Name, long Outputs)> Inputs(long keys, long values, int valueHeads) =>
        [("in_proj_qkvz", (2 * keys) + (2 * values)), ("in_proj_ba", 2L * valueHeads)];
}
