namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Names of tensors in the checkpoints of Qwen3.5.</summary>
/// <remarks>transformers, <c>models/qwen3_5/modeling_qwen3_5.py</c>.</remarks>
internal static class Qwen3_5Names
{
    /// <summary>Before the names of tensors, also where the config is that of the text model alone.</summary>
    public const string Prefix = "model.language_model.";

    /// <summary>The layers before a gated delta net.</summary>
    public static IEnumerable<(string Name, long Outputs)> Inputs(long keys, long values, int valueHeads) =>
        [("in_proj_qkv", (2 * keys) + values), ("in_proj_z", values), ("in_proj_b", valueHeads), ("in_proj_a", valueHeads)];
}
