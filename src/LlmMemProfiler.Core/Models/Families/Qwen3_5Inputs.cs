namespace LlmMemProfiler.Core.Models.Families;

/// <summary>What Qwen3.5 calls the layers before its gated delta nets.</summary>
/// <remarks>transformers, <c>models/qwen3_5/modeling_qwen3_5.py</c>.</remarks>
internal static class Qwen3_5Inputs
{
    public static IEnumerable<(string Name, long Outputs)> Of(long keys, long values, int valueHeads) =>
        [("in_proj_qkv", (2 * keys) + values), ("in_proj_z", values), ("in_proj_b", valueHeads), ("in_proj_a", valueHeads)];
}
