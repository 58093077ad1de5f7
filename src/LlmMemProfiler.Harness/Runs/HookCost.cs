using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;
using LlmMemProfiler.Harness.Torch;
using LlmMemProfiler.Harness.Weights;
using TorchSharp;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>Measures the hook's overhead: one loaded model, each decode step once with and once without it, in alternating order.</summary>
public static class HookCost
{
    /// <param name="request">The point; its cache must be preallocated, so that steps can be repeated.</param>
    /// <param name="device">The device.</param>
    /// <param name="library">The loaded libtorch.</param>
    /// <param name="rounds">Number of passes over the decode.</param>
    /// <param name="cancellation">Stops it after the current pair.</param>
    /// <exception cref="Core.InputException">The cache grows, so steps cannot be repeated.</exception>
    /// <exception cref="DeviceException">The hook is unavailable with this libtorch.</exception>
    public static HookCostRecord Measure(
        RunRequest request, ComputeDevice device, LibTorchLibrary library, int rounds, CancellationToken cancellation)
    {
        if (request.Workload.Cache != CachePolicy.Preallocated)
            throw new FieldException($"hook-cost repeats steps, which a growing cache does not allow; {new Field("cache")} must be preallocated");
        using var inference = torch.inference_mode();
        var tags = new TagCursor();
        using var hook = AllocationHook.TryInstall(library, tags, device.Hook, out var reason) ?? throw new DeviceException(reason!);
        using var filler = new ModelFiller(request.Model, request.Seed, request.Weights);
        using var decoder = Decoder.Load(new TorchOps(tags, device.Torch), request.Model, request.Workload, filler.Fill);
        var ledger = new AllocationLedger();
        decoder.Prefill();
        Book();

        var times = new PairedTimes("hook on over hook off");
        // The first round is a warm-up.
        for (var round = 0; round <= rounds; round++)
        {
            var pairs = round == 0 ? new PairedTimes("") : times;
            for (var step = 1; step <= decoder.Steps; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                pairs.Add(() => Step(step, hooked: true), () => Step(step, hooked: false));
            }
        }
        return new(
            HookCostRecord.CurrentSchema, ModelFacts.Of(request.Model), WorkloadFacts.Of(request.Workload), device.Facts, HostReader.Read(library),
            times.Count, Percent(0.5), Percent(0.25), Percent(0.75), Math.Round(times.MedianOfSecond, 9));

        double Percent(double at) => Math.Round((times.Ratio(at) - 1) * 100, 3);

        void Step(int step, bool hooked)
        {
            if (hooked)
                hook.Resume();
            decoder.Step(step);
            device.Synchronize();
            Book();
            hook.Pause();
        }

        void Book()
        {
            hook.Drain(ledger);
            ledger.Flush();
        }
    }
}
