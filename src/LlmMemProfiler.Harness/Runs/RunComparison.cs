using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Caching;
using LlmMemProfiler.Core.Allocation.Comparison;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;
using LlmMemProfiler.Harness.Scratch;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>A run's predictions, computed after it has ended so that they do not affect the measurement.</summary>
/// <param name="request">The run.</param>
/// <param name="target">The device; null if unknown.</param>
/// <param name="loads">How many rows each expert got.</param>
internal sealed class RunComparison(RunRequest request, Target? target, ExpertLoads loads)
{
    /// <summary>Uses the device's kernels, with the scratch that this machine's library allocates for half-precision products.</summary>
    /// <param name="request">The run.</param>
    /// <param name="device">The device it ran on.</param>
    /// <param name="library">The loaded libtorch.</param>
    /// <param name="host">Machine, software and variables, as in the record.</param>
    /// <param name="levels">The GPU's readings of the run.</param>
    /// <param name="loads">How many rows each expert got.</param>
    /// <param name="hook">Records products not yet measured; null if none can be.</param>
    /// <exception cref="Core.InputException">A variable has a value that libtorch refuses.</exception>
    public static RunComparison For(
        RunRequest request, ComputeDevice device, LibTorchLibrary library, HostFacts host, GpuLevels levels, AllocationHook? hook, ExpertLoads loads)
    {
        if (levels.Facts(LibTorchCuda.Of(library.Version, library.Configuration), []) is { } cuda)
            return ForGpu(request, device.Facts, host, cuda, loads);
        var memory = new ScratchCache(library);
        var table = memory.Read();
        var kernels = new CpuKernels(library.Threads, table);
        SymbolicRun.Decode(request.Model, request.Workload, new AllocationLedger(), kernels, loads: loads);
        if (!table.IsComplete && hook is not null)
        {
            new ScratchProbe(hook).Complete(table);
            memory.Write(table);
        }
        return new(request, new(kernels), loads);
    }

    /// <summary>The record's facts about the GPU; null on a CPU.</summary>
    public CudaFacts? Cuda { get; private init; }

    public IReadOnlyList<MemoryEstimate> Estimates() => Estimators.All(request.Model, request.Workload, target);

    /// <summary>Compares the predicted trace with the measured one.</summary>
    /// <param name="measured">The run's events, starting with loading.</param>
    /// <param name="isComplete">False if the run ended early.</param>
    public TraceFacts Compare(IEnumerable<AllocationEvent> measured, bool isComplete)
    {
        var comparison = new TraceComparison(measured, isComplete);
        Predict(comparison);
        return comparison.Complete();
    }

    /// <summary>Sends the predicted trace to a sink: requests on a CPU, the caching allocator's blocks on a GPU.</summary>
    public void Predict(IAllocationSink sink)
    {
        if (target?.Allocator is not { } settings)
        {
            SymbolicRun.Decode(request.Model, request.Workload, sink, target?.Kernels, loads: loads);
            return;
        }
        // The warm-up changes the allocator's state, but its events do not count.
        var blocks = new SwitchedSink(null);
        SymbolicRun.Through(new CachingAllocator(settings, blocks), request.Model, request.Workload, target.Kernels, () => blocks.Next = sink, loads: loads);
    }

    /// <summary>Rejects, before the run, variables that libtorch would fail with. What is only not simulated is measured all the same.</summary>
    /// <exception cref="Core.InputException">A variable has a value that libtorch refuses.</exception>
    public static void RequireValid(ComputeDevice device, LibTorchLibrary library)
    {
        if (new GpuLevels(device).Facts(LibTorchCuda.Of(library.Version, library.Configuration), []) is { } cuda)
            _ = RecordedTarget.Of(device.Facts, HostReader.Read(library), cuda);
    }

    internal static RunComparison ForGpu(RunRequest request, DeviceFacts device, HostFacts host, CudaFacts cuda, ExpertLoads? loads = null)
    {
        var target = RecordedTarget.Of(device, host, cuda);
        var kernels = (CudaKernels)target.Kernels;
        SymbolicRun.Decode(request.Model, request.Workload, new AllocationLedger(), kernels);
        return new(request, target, loads ?? ExpertLoads.Balanced) { Cuda = cuda with { Attention = [.. kernels.Attention.Select(backend => backend.ToString().ToLowerInvariant())] } };
    }
}
