using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using TorchSharp;

namespace LlmMemProfiler.Harness;

/// <summary>
/// Runs a model of a few kilobytes with the same types and kernels, so that what libraries load at first use is in memory, and
/// counted as such, before the measurement begins.
/// </summary>
internal static class WarmUp
{
    public static void Run(RunRequest request, torch.Device device)
    {
        var small = request.Model with
        {
            Name = "warm-up",
            Layers = 1,
            DModel = 8 * request.Model.Heads,
            DFf = 64,
            Vocabulary = 64,
            Positions = 8,
        };
        var workload = request.Workload with { Batch = 1, Prompt = 4, NewTokens = 2 };
        using var filler = new ModelFiller(small, request.Seed);
        using var decoder = Decoder.Load(new TorchOps(new TagCursor(), device), small, workload, filler.Fill);
        decoder.Prefill();
        for (var step = 1; step <= decoder.Steps; step++)
            decoder.Step(step);
    }
}
