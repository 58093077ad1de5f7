namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>ByteDance Seed (2025), Seed-OSS; transformers, <c>models/seed_oss/modeling_seed_oss.py</c>.</remarks>
internal sealed class SeedOssFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["seed_oss"];

    protected override bool HasOutputBias(ModelConfig config) => config.Flag("attention_out_bias");
}
