using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Harness.Tests.Runs;

/// <summary>Compares symbolic runs with real ones on the CPU.</summary>
internal sealed class Traces(LibTorchLibrary library)
{
    /// <summary>Event for event, kernels' scratch included: in FP32, whose scratch follows from shapes.</summary>
    public void RequireEqual(ModelSpec model, Workload workload)
    {
        var predicted = new Trace();
        SymbolicRun.Decode(model, workload, predicted, new CpuKernels(library.Threads));
        var measured = new Trace();
        Measure(model, workload, measured);
        Assert.Equal(predicted.Lines, measured.Lines);
    }

    /// <summary>Event for event in the tensors that outlive their operation, with their peak.</summary>
    public void RequireEqualTensors(ModelSpec model, Workload workload)
    {
        var predicted = new Trace();
        var predictedLedger = new AllocationLedger(predicted);
        SymbolicRun.Decode(model, workload, predictedLedger);
        predictedLedger.Flush();
        var measured = new Trace();
        var ledger = new AllocationLedger(measured);
        Measure(model, workload, ledger);
        ledger.Flush();

        Assert.Equal(predicted.Lines, measured.Lines);
        Assert.Equal(predictedLedger.TensorPeak.Size, ledger.TensorPeak.Size);
        Assert.Equal(predictedLedger.TensorPeak.Tag, ledger.TensorPeak.Tag);
        Assert.Equal(predictedLedger.TensorPeak.Account.ToString(), ledger.TensorPeak.Account.ToString());
        Assert.Equal(predictedLedger.Allocated, ledger.Allocated);
    }

    public void Measure(ModelSpec model, Workload workload, IAllocationSink sink)
    {
        var tags = new TagCursor();
        using var hook = AllocationHook.TryInstall(library, tags, HookDevice.Cpu, out var reason);
        Assert.True(hook is not null, reason);
        using var decoder = new LoadedDecoder(model, workload, tags: tags);
        decoder.Decoder.Prefill();
        for (var step = 1; step <= decoder.Decoder.Steps; step++)
            decoder.Decoder.Step(step);
        hook.Drain(sink);
        hook.Pause();
        Assert.Equal(0, hook.LateFrees);
    }
}

/// <summary>Events in words, blocks numbered in the order of their appearance, so that addresses do not matter.</summary>
internal sealed class Trace : IAllocationSink
{
    private readonly Dictionary<ulong, int> numbers = [];

    public List<string> Lines { get; } = [];

    public void Add(in AllocationEvent e)
    {
        if (e.Size > 0)
            numbers[e.Block] = Lines.Count;
        Lines.Add($"{(e.Size > 0 ? "take" : "free")} block of event {numbers[e.Block]}: {e.Size} in {e.Tag}");
    }
}
