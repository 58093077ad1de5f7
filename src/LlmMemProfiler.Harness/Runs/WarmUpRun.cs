using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Harness.Torch;
using LlmMemProfiler.Harness.Weights;
using TorchSharp;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>Runs the warm-up on libtorch.</summary>
internal static class WarmUpRun
{
    /// <param name="request">The run.</param>
    /// <param name="device">Where.</param>
    /// <param name="computes">False where nothing is computed, so that weights need no values.</param>
    public static void Execute(RunRequest request, torch.Device device, bool computes)
    {
        var (model, workload) = WarmUp.Of(request.Model, request.Workload);
        using var filler = new ModelFiller(model, request.Seed);
        using var decoder = Decoder.Load(new TorchOps(new TagCursor(), device, computes ? null : ExpertLoads.Balanced), model, workload, computes ? filler.Fill : (_, _) => { });
        decoder.Prefill();
        for (var step = 1; step <= decoder.Steps; step++)
            decoder.Step(step);
    }
}
