using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.Harness.Torch;
using LlmMemProfiler.Harness.Weights;
using TorchSharp;

namespace LlmMemProfiler.Benchmarks;

/// <summary>Decode steps of grouped heads, folded against repeated, step by step in turn.</summary>
internal static class GroupedBenchmark
{
    public static void Run(ModelSpec model, DataType type, int rounds)
    {
        var library = LibTorchLibrary.Load();
        Console.WriteLine($"{model.Name}, {type.Name()}, 512 + 64 tokens, libtorch {library.Version}, {library.CpuCapability}, {library.Threads} threads");
        foreach (var batch in (int[])[1, 4])
        {
            foreach (var attention in Enum.GetValues<AttentionKernel>())
                Console.WriteLine(Paired(model, new() { Type = type, Batch = batch, Prompt = 512, NewTokens = 64, Attention = attention }, rounds));
        }
    }

    private static PairedTimes Paired(ModelSpec model, Workload workload, int rounds)
    {
        using var inference = torch.inference_mode();
        using var repeated = Load(model, workload);
        using var folded = Load(model, workload with { GroupedHeads = GroupedHeads.Fold });
        var times = new PairedTimes($"folded over repeated, {workload.Attention.Name()}, batch {workload.Batch}");
        for (var round = 0; round < rounds; round++)
        {
            for (var step = 1; step <= repeated.Steps; step++)
                times.Add(() => folded.Step(step), () => repeated.Step(step));
        }
        return times;
    }

    private static Decoder<torch.Tensor> Load(ModelSpec model, Workload workload)
    {
        using var filler = new ModelFiller(model, seed: 1);
        var decoder = Decoder.Load(new TorchOps(new TagCursor(), torch.CPU), model, workload, filler.Fill);
        decoder.Prefill();
        return decoder;
    }
}
