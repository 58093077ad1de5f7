namespace LlmMemProfiler.Core.Models.Families;

/// <summary>How a model with several parts names its decoder's tensors.</summary>
/// <param name="Base">Stands before the decoder's own prefix, or replaces it.</param>
/// <param name="Replaces">True if it replaces it.</param>
/// <param name="Output">Stands before the output layer.</param>
/// <remarks>transformers, <c>conversion_mapping.py</c> and each model's <c>_checkpoint_conversion_mapping</c>.</remarks>
internal sealed record WrapperNames(string Base, bool Replaces, string Output)
{
    /// <summary>Models whose decoder lies inside of the base model: 'model.language_model.layers.0'; the output layer does not.</summary>
    private static readonly HashSet<string> Nested =
        ["exaone4_5", "gemma4", "gemma4_unified", "glm4v", "glm4v_moe", "qwen3_5", "qwen3_5_moe", "qwen3_vl", "qwen3_vl_moe"];

    /// <summary>Models whose decoder has the names that it has alone.</summary>
    private static readonly HashSet<string> Bare = ["deepseek_vl_v2", "DeepseekOCR", "LLaVAOneVision1_5_text", "qwen2_vl", "qwen2_5_vl", "qwen2_5_omni_thinker", "qwen3_asr_thinker"];

    public static WrapperNames Of(string? modelType, string inner) =>
        inner == "model_args" ? new("", Replaces: false, "")
        : inner == "decoder" ? new("decoder.", Replaces: false, "decoder.")
        : modelType is not null && Bare.Contains(modelType) ? new("", Replaces: false, "")
        : modelType is not null && Nested.Contains(modelType) ? new("model.language_model.", Replaces: true, "")
        : new("language_model.", Replaces: false, "language_model.");

    /// <summary>Before the output layer, which keeps what its family puts there too.</summary>
    public string OutputPrefix(string own) => Output + own;

    public string BasePrefix(string own) => Replaces ? Base : Base + own;
}
