using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.Harness.Torch;
using LlmMemProfiler.Harness.Weights;
using TorchSharp;

namespace LlmMemProfiler.Benchmarks;

/// <summary>Decoding over a quantized cache beside one in the compute type: a step of one, then a step of the other, at the same position. No hook.</summary>
internal static class CacheBenchmark
{
    private static readonly Workload Same = new() { Batch = 4, Prompt = 512, NewTokens = 64 };

    /// <param name="type">Type of the weights.</param>
    /// <param name="rounds">How often all steps are timed.</param>
    public static void Run(DataType type, int rounds)
    {
        var library = LibTorchLibrary.Load();
        var model = ModelFile.Read(System.Text.Encoding.UTF8.GetBytes(SmolLm.Config), "SmolLM-135M", "SmolLM-135M");
        Console.WriteLine($"{model.Name}, {type.Name()}, batch {Same.Batch}, {Same.Prompt} + {Same.NewTokens} tokens, libtorch {library.Version}, {library.CpuCapability}, {library.Threads} threads");
        foreach (var kept in (DataType[])[DataType.Int8, DataType.Float8])
        {
            var (same, quantized) = (Same with { Type = type }, Same with { Type = type, KvType = kept });
            var prefills = new PairedTimes($"prefill, {kept.Name()} over {type.Computed().Name()}");
            var steps = new PairedTimes($"decode step, {kept.Name()} over {type.Computed().Name()}");
            for (var round = 0; round < rounds; round++)
                Round(prefills, steps, model, quantized, same);
            Console.WriteLine($"{prefills}\n{steps}");
            Console.WriteLine($"cache {new CacheSizes(model, quantized).Of(quantized.Length).Total} instead of {new CacheSizes(model, same).Of(same.Length).Total}");
        }
    }

    private static void Round(PairedTimes prefills, PairedTimes steps, ModelSpec model, Workload quantized, Workload same)
    {
        using var inference = torch.inference_mode();
        using var filler = new ModelFiller(model, seed: 1);
        using var narrow = Decoder.Load(new TorchOps(new TagCursor(), torch.CPU), model, quantized, filler.Fill);
        using var wide = Decoder.Load(new TorchOps(new TagCursor(), torch.CPU), model, same, filler.Fill);
        prefills.Add(() => narrow.Prefill(), () => wide.Prefill());
        for (var step = 1; step <= wide.Steps; step++)
            steps.Add(() => narrow.Step(step), () => wide.Step(step));
    }
}
