namespace LlmMemProfiler.Core.Models.Families;

/// <summary>
/// Models of several parts whose config is a decoder's with fields of the other parts added, as its class inherits the decoder's: read as
/// that decoder, and what it does not read is left out by name.
/// </summary>
/// <param name="Type">The decoder's <c>model_type</c>.</param>
/// <param name="Prefix">Stands before the names of the decoder's tensors.</param>
/// <remarks>Each model's own code; vLLM, <c>model_executor/models/registry.py</c>.</remarks>
internal sealed record KindredTypes(string Type, string Prefix = "")
{
    private static readonly Dictionary<string, KindredTypes> Types = new()
    {
        ["llava"] = new("llama"),
        ["llava_llama"] = new("llama"),
        ["llama3v"] = new("llama"),
        ["llava_mistral"] = new("mistral"),
        ["llava_mixtral"] = new("mixtral"),
        ["llava_phi"] = new("phi"),
        ["llava_qwen"] = new("qwen2"),
        ["llava_qwen2"] = new("qwen2"),
        ["llava_gemma"] = new("gemma"),
        ["bunny-llama"] = new("llama"),
        ["bunny-qwen2"] = new("qwen2"),
        ["bunny-phi3"] = new("phi3"),
        ["phi3_v"] = new("phi3"),
        ["videollama2_mistral"] = new("mistral"),
        ["videollama2_qwen2"] = new("qwen2"),
        ["videollama3_qwen2"] = new("qwen2"),
        ["logics"] = new("qwen3"),
        ["LLaVAOneVision1_5_text"] = new("qwen3"),
    };

    /// <summary>The values of <c>model_type</c>.</summary>
    public static IEnumerable<string> Names => Types.Keys.Append("minicpmv");

    /// <summary>What a type is read as; null if it is one of its own.</summary>
    /// <param name="modelType">The config's type.</param>
    /// <param name="fields">The config, where the type alone does not tell.</param>
    public static KindredTypes? Of(string modelType, ModelFields fields) =>
        modelType == "minicpmv" ? new(DecoderOfMiniCpmV(fields), "llm.") : Types.GetValueOrDefault(modelType);

    /// <summary>Its versions have the decoder of their time: MiniCPM, then Llama 3, then Qwen 2.</summary>
    private static string DecoderOfMiniCpmV(ModelFields fields) =>
        fields.Has("scale_emb") ? "minicpm" : fields.Has("max_window_layers") || fields.Has("use_sliding_window") ? "qwen2" : "llama";
}
