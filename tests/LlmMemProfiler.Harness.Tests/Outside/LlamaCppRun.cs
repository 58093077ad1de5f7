using System.Diagnostics;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Tests;

namespace LlmMemProfiler.Harness.Tests.Outside;

/// <summary>llama.cpp's logits of all models: one process for all of them, which a model that it refuses may end.</summary>
public sealed class LlamaCppRun
{
    public const int Steps = 16;

    private readonly Dictionary<string, float[][]> logits = [];
    private readonly string said;

    public LlamaCppRun()
    {
        using var folder = new TemporaryFolder();
        foreach (var model in OutsideModels.All)
        {
            GgufFile.Write(Path.Combine(folder.Path, model.Name + ".gguf"), GgufSettings.Of(model), GgufTensors.Of(model));
            folder.With(model.Name + ".prompt", string.Join(' ', Prompt));
        }
        var start = new ProcessStartInfo("dotnet", [Program, folder.Path, $"{Steps}"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        said += $"{output.Result}exit status {process.ExitCode}";
        foreach (var model in OutsideModels.All)
        {
            var file = new FileInfo(Path.Combine(folder.Path, model.Name + ".logits"));
            if (file is { Exists: true, Length: > 0 })
                logits.Add(model.Name, [.. MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file.FullName)).ToArray().Chunk(model.Spec.Vocabulary)]);
        }
    }

    /// <summary>A token twice, so that only its position can tell one from the other; long enough for windows to end and chunks to begin.</summary>
    internal static int[] Prompt { get; } = [3, 17, 17, 41, 5, 60, 22, 8, 33, 17, 2, 50];

    private static string Program => Path.Combine(
        AppContext.BaseDirectory.Replace("LlmMemProfiler.Harness.Tests", "LlmMemProfiler.LlamaCpp", StringComparison.Ordinal),
        "LlmMemProfiler.LlamaCpp.dll");

    /// <summary>The logits of each position of a greedy decode, [prompt + steps − 1][vocabulary].</summary>
    public float[][] Logits(string name) =>
        logits.TryGetValue(name, out var found) ? found : throw new InvalidOperationException($"llama.cpp did not decode {name}; it said:\n{said}");
}
