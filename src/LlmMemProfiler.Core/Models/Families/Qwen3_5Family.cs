namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Qwen Team (2026), Qwen3.5; transformers, <c>models/qwen3_5/modeling_qwen3_5.py</c>.</remarks>
internal sealed class Qwen3_5Family : QwenNextLike
{
    public override IReadOnlyList<string> ModelTypes => ["qwen3_5", "qwen3_5_text"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // It is written for the classes with experts.
        config.PassOver("mlp_only_layers");
        return base.Read(config, name) with { Prefix = Qwen3_5Names.Prefix };
    }

    protected override bool HasExperts(ModelConfig config, int layer) => false;

    protected override IEnumerable<(string Name, long Outputs)> Inputs(long keys, long values, int valueHeads) => Qwen3_5Names.Inputs(keys, values, valueHeads);
}
