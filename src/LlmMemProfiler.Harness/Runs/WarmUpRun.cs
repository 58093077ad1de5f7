using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Harness.Torch;
using LlmMemProfiler.Harness.Weights;
using TorchSharp;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>Runs the warm-up on libtorch.</summary>
internal static class WarmUpRun
{
    public static void Execute(RunRequest request, torch.Device device)
    {
        var (model, workload) = WarmUp.Of(request.Model, request.Workload);
        using var filler = new ModelFiller(model, request.Seed);
        using var decoder = Decoder.Load(new TorchOps(new TagCursor(), device), model, workload, filler.Fill);
        decoder.Prefill();
        for (var step = 1; step <= decoder.Steps; step++)
            decoder.Step(step);
    }
}
