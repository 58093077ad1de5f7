using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;
using TorchSharp;

namespace LlmMemProfiler.Harness.Checks;

/// <summary>The GPUs according to the driver and NVML, and whether libtorch, hook and operations work on them.</summary>
/// <param name="Driver">The driver's version; null if unknown.</param>
/// <param name="DriverCuda">The newest CUDA version it supports.</param>
/// <param name="Gpus">The visible GPUs.</param>
internal sealed record GpuExamination(string? Driver, string? DriverCuda, IReadOnlyList<GpuFacts> Gpus)
{
    /// <summary>Examines all GPUs.</summary>
    /// <param name="findings">Receives the findings.</param>
    /// <param name="library">The loaded libtorch, or null.</param>
    public static GpuExamination Run(List<Finding> findings, LibTorchLibrary? library)
    {
        var gpus = new List<GpuFacts>();
        if (CudaDriver.TryLoad(out var reason) is not { } driver)
        {
            findings.Add(new("NVIDIA driver", FindingState.Absent, reason!));
            return new(null, null, gpus);
        }
        try
        {
            using var nvml = Nvml.TryLoad(out var noNvml);
            var version = Version(nvml, ref noNvml);
            findings.Add(new("NVIDIA driver", FindingState.Good, $"supports CUDA {driver.Version}, version {version ?? $"unknown ({noNvml})"}"));
            var isUsable = library is { HasCuda: true } && torch.cuda.is_available();
            if (library is { MissingForCuda.Count: 0 } && !isUsable)
                findings.Add(Unusable(library, driver));
            if (isUsable)
                findings.Add(CudnnFinding.Of(LibTorchCuda.Of(library!.Version, library.Configuration), Environment.GetEnvironmentVariable));
            foreach (var gpu in driver.Gpus())
            {
                var facts = Facts(gpu, nvml, out var refusal);
                gpus.Add(facts);
                findings.Add(Description(facts));
                if (refusal is not null)
                    findings.Add(new($"NVML, {facts.Device}", FindingState.Absent, refusal));
                if (CrossCheck.Name is { } other)
                    findings.Add(CrossChecked(other, gpu, facts));
                if (isUsable)
                    findings.AddRange(SelfTests(library!, gpu.Index, facts.Device));
            }
            return new(version, driver.Version, gpus);
        }
        catch (DeviceException e)
        {
            findings.Add(new("NVIDIA driver", FindingState.Failed, e.Message));
            return new(null, null, gpus);
        }
    }

    private static Finding Unusable(LibTorchLibrary library, CudaDriver driver) => library.HasCuda
        ? new(
            "CUDA in libtorch", FindingState.Failed,
            $"libtorch finds no usable GPU; it was built with CUDA {library.CudaVersion}, the driver supports {driver.Version}")
        : new("CUDA in libtorch", FindingState.Absent, "this libtorch was built without CUDA; runs use the CPU");

    private static string? Version(Nvml? nvml, ref string? reason)
    {
        try
        {
            return nvml?.DriverVersion;
        }
        catch (DeviceException e)
        {
            reason = e.Message;
            return null;
        }
    }

    /// <param name="gpu">The GPU by the driver.</param>
    /// <param name="nvml">NVML, or null.</param>
    /// <param name="refusal">What NVML refused, as it does for some MIG instances: a second opinion that no measurement depends on.</param>
    private static GpuFacts Facts(CudaGpu gpu, Nvml? nvml, out string? refusal)
    {
        NvmlMemory? memory = null;
        refusal = null;
        try
        {
            memory = nvml?.Memory(nvml.Device(gpu.Uuid));
        }
        catch (DeviceException e)
        {
            refusal = e.Message;
        }
        return new($"cuda:{gpu.Index}", gpu.Name, gpu.Uuid, gpu.Capability, gpu.Total, memory?.Total, memory?.Reserved, memory?.Used);
    }

    private static Finding Description(GpuFacts gpu)
    {
        var byNvml = gpu.NvmlTotal is { } total
            ? $", {total} by NVML ({gpu.NvmlReserved?.ToString() ?? "unknown"} reserved, {gpu.NvmlUsed} used)"
            : "";
        return new(gpu.Device, FindingState.Good, $"{gpu.Name}, capability {gpu.Capability}, {gpu.Total} by the driver{byNvml}, {gpu.Uuid}");
    }

    private static Finding CrossChecked(string other, CudaGpu gpu, GpuFacts facts)
    {
        var what = $"{other}, {facts.Device}";
        try
        {
            var (name, free, total) = CrossCheck.Read(gpu);
            return name == facts.Name && total == facts.Total
                ? new(what, FindingState.Good, $"same GPU and capacity, {free} free")
                : new(
                    what, FindingState.Failed,
                    $"reports {name} with {total.ToExactString()}, this program's own binding {facts.Name} with {facts.Total.ToExactString()}");
        }
        catch (DeviceException e)
        {
            return new(what, FindingState.Absent, e.Message);
        }
    }

    /// <summary>Of hook, statistics and operations.</summary>
    /// <param name="library">The loaded libtorch.</param>
    /// <param name="index">Number of the GPU.</param>
    /// <param name="device">Its name in the findings.</param>
    /// <param name="computes">False for a virtual GPU.</param>
    internal static IReadOnlyList<Finding> SelfTests(LibTorchLibrary library, int index, string device, bool computes = true)
    {
        var hook = $"allocation hook, {device}";
        try
        {
            var result = CudaSelfTest.Run(library, index);
            return
            [
                result.Failure is { } failure
                    ? new(hook, FindingState.Failed, failure)
                    : new(hook, FindingState.Good, "a tensor of known size appears as one block in multiples of 512 bytes, allocated and freed"),
                result.Totals is { } totals
                    ? new(
                        $"allocator statistics, {device}", FindingState.Good,
                        $"{totals.Requested} requested, {totals.Allocated} allocated, {totals.Reserved} reserved")
                    : new($"allocator statistics, {device}", FindingState.Absent, result.NoTotalsReason!),
                .. OperationTest.Run(torch.device(DeviceType.CUDA, index), device, computes),
            ];
        }
        catch (ExternalException e)
        {
            return [new(hook, FindingState.Failed, e.Message.Split('\n')[0].Trim())];
        }
    }
}
