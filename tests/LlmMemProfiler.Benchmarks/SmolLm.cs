namespace LlmMemProfiler.Benchmarks;

/// <summary>A Llama-type model of 135 million parameters, 538 MB in FP32.</summary>
/// <remarks>HuggingFaceTB/SmolLM-135M, <c>config.json</c>.</remarks>
internal static class SmolLm
{
    public const string Config =
        """{"model_type": "llama", "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 30, "num_attention_heads": 9, "num_key_value_heads": 3, "vocab_size": 49152, "max_position_embeddings": 2048, "tie_word_embeddings": true}""";
}
