using System.Globalization;
using System.Runtime.InteropServices;
using LLama.Native;
using LlmMemProfiler.LlamaCpp;

// LlmMemProfiler.LlamaCpp FOLDER STEPS: for each NAME.gguf and NAME.prompt (token ids) in the folder, the logits of a greedy decode go to
// NAME.logits, FP32, position by position. A program of its own, because llama.cpp may end its process where it refuses a model.
// LlmMemProfiler.LlamaCpp FILE.gguf THREADS CONTEXT: decodes the token ids that it reads, and answers each with seconds.
NativeLibraryConfig.All.WithLogCallback((level, message) =>
{
    if (level is LLamaLogLevel.Error or LLamaLogLevel.Warning)
        Console.Error.Write(message);
});
// Its constructor finds the native library.
NativeApi.llama_empty_call();
if (File.Exists(args[0]))
{
    StepwiseDecode.Run(args[0], int.Parse(args[1], CultureInfo.InvariantCulture), uint.Parse(args[2], CultureInfo.InvariantCulture));
    return;
}
foreach (var path in Directory.GetFiles(args[0], "*.gguf").Order(StringComparer.Ordinal))
{
    Console.Error.WriteLine(Path.GetFileNameWithoutExtension(path));
    int[] prompt = [.. File.ReadAllText(Path.ChangeExtension(path, ".prompt")).Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
    try
    {
        using var file = File.Create(Path.ChangeExtension(path, ".logits"));
        foreach (var row in GreedyDecode.Logits(path, prompt, int.Parse(args[1], CultureInfo.InvariantCulture)))
            file.Write(MemoryMarshal.AsBytes(row.AsSpan()));
    }
    catch (Exception e) when (e is LLama.Exceptions.LoadWeightsFailedException or LLama.Exceptions.RuntimeError or InvalidOperationException)
    {
        Console.Error.WriteLine(e.Message);
    }
}
