using System.Diagnostics;
using System.Globalization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.Harness.Tests.Outside;
using LlmMemProfiler.Harness.Torch;
using LlmMemProfiler.Harness.Weights;
using TorchSharp;

namespace LlmMemProfiler.Benchmarks;

/// <summary>Decode speed beside llama.cpp's: a step of one, then a step of the other, at the same position. FP32 weights and caches, no hook.</summary>
internal static class LlamaCppBenchmark
{
    private const int Prompt = 16, Steps = 81;

    /// <param name="rounds">How often all steps are timed.</param>
    public static void Run(int rounds)
    {
        var library = LibTorchLibrary.Load();
        var model = new OutsideModel("SmolLM-135M", "llama", SmolLm.Config) { HasRowsInTurn = true };
        var folder = Directory.CreateTempSubdirectory("llmmem-llama-");
        try
        {
            var file = Path.Combine(folder.FullName, "model.gguf");
            GgufFile.Write(file, GgufSettings.Of(model), GgufTensors.Of(model));
            Console.WriteLine($"{model.Name}, fp32, libtorch {library.Version}, {library.CpuCapability}, {library.Threads} threads");
            var times = new PairedTimes("harness over llama.cpp");
            for (var round = 0; round < rounds; round++)
                Round(times, model.Spec, file, library.Threads);
            Console.WriteLine(times);
            Console.WriteLine(LinearAlone(model.Spec));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Round(PairedTimes times, ModelSpec model, string file, int threads)
    {
        using var inference = torch.inference_mode();
        var workload = new Workload { Type = DataType.Float32, Prompt = Prompt, NewTokens = Steps }.ValidatedFor(model);
        using var filler = new ModelFiller(model, seed: 1);
        using var decoder = Decoder.Load(new TorchOps(new TagCursor(), torch.CPU), model, workload, filler.Fill);
        var start = new ProcessStartInfo("dotnet", [Program, file, $"{threads}", $"{Prompt + Steps}"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        using var theirs = Process.Start(start)!;
        for (var position = 0; position < Prompt; position++)
            Step();
        decoder.Prefill();
        for (var step = 1; step <= decoder.Steps; step++)
            times.Add(() => decoder.Step(step), Step);
        theirs.StandardInput.Close();
        theirs.WaitForExit();

        // Its answer comes at the end of its step; what the pipe adds is far less than a thousandth of it.
        void Step()
        {
            theirs.StandardInput.WriteLine(1);
            _ = double.Parse(theirs.StandardOutput.ReadLine() ?? throw new InvalidOperationException("llama.cpp has ended"), CultureInfo.InvariantCulture);
        }
    }

    /// <summary>What of a step are the linear layers, each read from memory once: one row through all of them, and nothing else.</summary>
    private static string LinearAlone(ModelSpec model)
    {
        using var inference = torch.inference_mode();
        var workload = new Workload { Type = DataType.Float32, Prompt = 1, NewTokens = 1 }.ValidatedFor(model);
        using var scope = torch.NewDisposeScope();
        // The embedding is the output layer's too.
        var weights = TensorTable.For(model, workload).Tensors.Where(tensor => tensor.Part == Part.Weights && tensor.Shape.Count == 2)
            .Select(tensor => torch.randn([.. tensor.Shape])).ToList();
        var inputs = weights.Select(weight => weight.size(1)).Distinct().ToDictionary(width => width, width => torch.randn(1, width));
        var times = new PairedTimes("linear layers over vector products");
        for (var round = 0; round < 20; round++)
            times.Add(() => weights.ForEach(Linear), () => weights.ForEach(Vector));
        return string.Create(CultureInfo.InvariantCulture, $"{times}, {weights.Sum(weight => weight.numel() * sizeof(float)):N0} B");

        void Linear(torch.Tensor weight) => torch.nn.functional.linear(inputs[weight.size(1)], weight).Dispose();
        void Vector(torch.Tensor weight) => weight.mv(inputs[weight.size(1)].view(-1)).Dispose();
    }

    private static string Program => Path.Combine(
        AppContext.BaseDirectory.Replace("LlmMemProfiler.Benchmarks", "LlmMemProfiler.LlamaCpp", StringComparison.Ordinal), "LlmMemProfiler.LlamaCpp.dll");
}
