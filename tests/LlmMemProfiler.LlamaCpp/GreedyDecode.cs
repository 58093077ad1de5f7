using LLama.Native;

namespace LlmMemProfiler.LlamaCpp;

/// <summary>Decodes greedily with llama.cpp: FP32 cache, no flash attention, one thread.</summary>
internal static class GreedyDecode
{
    /// <summary>Positions that every test stays below.</summary>
    private const uint Context = 256;

    /// <param name="path">A GGUF file.</param>
    /// <param name="prompt">Token ids.</param>
    /// <param name="steps">Tokens to generate.</param>
    /// <returns>The logits of each position that was decoded, [prompt + steps − 1][vocabulary].</returns>
    public static float[][] Logits(string path, IReadOnlyList<int> prompt, int steps)
    {
        var settings = LLamaModelParams.Default();
        settings.use_extra_bufts = false;
        using var model = SafeLlamaModelHandle.LoadFromFile(path, settings);
        var wanted = LLamaContextParams.Default();
        wanted.n_ctx = wanted.n_batch = wanted.n_ubatch = Context;
        wanted.n_threads = wanted.n_threads_batch = 1;
        wanted.type_k = wanted.type_v = GGMLType.GGML_TYPE_F32;
        wanted.llama_flash_attn_type = LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_DISABLED;
        using var context = SafeLLamaContextHandle.Create(model, wanted);

        var logits = new List<float[]>();
        var batch = new LLamaBatch();
        foreach (var (position, id) in prompt.Index())
            batch.Add(id, position, LLamaSeqId.Zero, logits: true);
        Decode();
        for (var step = 1; step < steps; step++)
        {
            batch.Clear();
            batch.Add(Array.IndexOf(logits[^1], logits[^1].Max()), logits.Count, LLamaSeqId.Zero, logits: true);
            Decode();
        }
        return [.. logits];

        void Decode()
        {
            var result = context.Decode(batch);
            if (result != DecodeResult.Ok)
                throw new InvalidOperationException($"llama_decode says {result}");
            for (var row = 0; row < batch.TokenCount; row++)
                logits.Add(context.GetLogitsIth(row).ToArray());
        }
    }
}
