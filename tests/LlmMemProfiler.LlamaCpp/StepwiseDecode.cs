using System.Diagnostics;
using System.Globalization;
using LLama.Native;

namespace LlmMemProfiler.LlamaCpp;

/// <summary>Decodes a token for each line that is read, its id, and answers with the seconds that it took. FP32 cache.</summary>
internal static class StepwiseDecode
{
    /// <param name="path">A GGUF file.</param>
    /// <param name="threads">llama.cpp's own.</param>
    /// <param name="context">Positions there is room for.</param>
    public static void Run(string path, int threads, uint context)
    {
        var settings = LLamaModelParams.Default();
        using var model = SafeLlamaModelHandle.LoadFromFile(path, settings);
        var wanted = LLamaContextParams.Default();
        wanted.n_ctx = context;
        wanted.n_threads = wanted.n_threads_batch = threads;
        wanted.type_k = wanted.type_v = GGMLType.GGML_TYPE_F32;
        using var decoder = SafeLLamaContextHandle.Create(model, wanted);
        var batch = new LLamaBatch();
        for (var position = 0; Console.ReadLine() is { } line; position++)
        {
            batch.Clear();
            batch.Add(int.Parse(line, CultureInfo.InvariantCulture), position, LLamaSeqId.Zero, logits: true);
            var start = Stopwatch.GetTimestamp();
            var result = decoder.Decode(batch);
            // Decoding may end later than the call: reading the logits waits for it.
            _ = decoder.GetLogitsIth(0)[0];
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (result != DecodeResult.Ok)
                throw new InvalidOperationException($"llama_decode says {result}");
            Console.WriteLine(seconds.ToString("R", CultureInfo.InvariantCulture));
        }
    }
}
