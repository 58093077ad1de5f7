using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;
using TorchSharp;

namespace LlmMemProfiler.Harness;

/// <summary>Looks at what a machine offers for measuring, and whether it can be believed.</summary>
public static class Doctor
{
    /// <summary>Looks at everything. Whatever fails is a finding, not an exception.</summary>
    /// <param name="libtorchOption">Value of --libtorch, or null.</param>
    public static DoctorRecord Examine(string? libtorchOption)
    {
        var findings = new List<Finding>();
        Host(findings);
        var library = LibTorch(findings, libtorchOption);
        if (library is not null)
        {
            Hook(findings, library);
            findings.AddRange(OperationTest.Run(torch.CPU, "cpu"));
        }
        Driver(findings, library);
        return new(DoctorRecord.CurrentSchema, library is not null && findings.TrueForAll(f => f.State != FindingState.Failed), findings);
    }

    private static void Host(List<Finding> findings)
    {
        var memory = MachineMemory.Read();
        findings.Add(new("program", FindingState.Good, $"llmmem {HostReader.Program} on .NET {Environment.Version}, {HostReader.Os()}"));
        findings.Add(new("processor", FindingState.Good, $"{HostReader.Processor()}, {Environment.ProcessorCount} logical processors"));
        findings.Add(new(
            "memory", memory.Available is null ? FindingState.Absent : FindingState.Good,
            $"{memory.Total?.ToString() ?? "unknown"} in all, {memory.Available?.ToString() ?? "unknown"} available"));
    }

    private static LibTorchLibrary? LibTorch(List<Finding> findings, string? option)
    {
        try
        {
            var library = LibTorchLibrary.Load(option);
            findings.Add(new(
                "libtorch", FindingState.Good,
                $"{library.Version ?? "of unknown version"} from {library.Folder.Source} ({library.Folder.Path}), {library.CpuCapability ?? "unknown"} kernels, " +
                $"{library.Threads} threads, {(library.HasCuda ? $"with CUDA {library.CudaVersion}" : "CPU only")}"));
            findings.Add(Wrapper(library));
            return library;
        }
        catch (DeviceException e)
        {
            findings.Add(new("libtorch", FindingState.Failed, e.Message));
            return null;
        }
    }

    private static Finding Wrapper(LibTorchLibrary library)
    {
        var fit = library.Fit;
        var missing = fit.Missing.Count == 0
            ? $"all {fit.Needed} symbols that it needs are there"
            : $"{fit.Missing.Count} of the {fit.Needed} symbols that it needs are missing, none that is used here: {string.Join(", ", fit.Missing)}";
        return new("wrapper", FindingState.Good, $"TorchSharp {LibTorchLibrary.WrapperVersion}, built for libtorch {fit.BuiltFor ?? "of unknown version"}; {missing}");
    }

    private static void Hook(List<Finding> findings, LibTorchLibrary library)
    {
        using var hook = AllocationHook.TryInstall(library, new TagCursor(), HookDevice.Cpu, out var reason);
        findings.Add(hook is null
            ? new("allocation hook", FindingState.Failed, reason!)
            : new("allocation hook", FindingState.Good, "a tensor of known size shows as exactly its bytes, and as their return"));
    }

    private static void Driver(List<Finding> findings, LibTorchLibrary? library)
    {
        if (CudaDriver.TryLoad(out var reason) is not { } driver)
        {
            findings.Add(new("NVIDIA driver", FindingState.Absent, reason!));
            return;
        }
        try
        {
            using var nvml = Nvml.TryLoad(out var noNvml);
            findings.Add(new("NVIDIA driver", FindingState.Good, $"supports CUDA {driver.Version}, version {nvml?.DriverVersion ?? $"unknown ({noNvml})"}"));
            var usable = library is { HasCuda: true } && torch.cuda.is_available();
            foreach (var gpu in driver.Gpus())
            {
                findings.Add(new(
                    gpu.Device(), FindingState.Good,
                    $"{gpu.Name}, capability {gpu.Capability}, {gpu.Total} by the driver{ByNvml(nvml, gpu)}, {gpu.Uuid}"));
                if (usable)
                    Gpu(findings, library!, gpu);
            }
            if (library is { HasCuda: true } && !usable)
                findings.Add(new("CUDA in libtorch", FindingState.Failed, $"libtorch finds no usable GPU; it was built with CUDA {library.CudaVersion}, the driver supports {driver.Version}"));
        }
        catch (DeviceException e)
        {
            findings.Add(new("NVIDIA driver", FindingState.Failed, e.Message));
        }
    }

    private static void Gpu(List<Finding> findings, LibTorchLibrary library, CudaGpu gpu)
    {
        var what = $"allocation hook, {gpu.Device()}";
        try
        {
            var failure = CudaSelfTest.Failure(library, gpu.Index, out var totals);
            findings.Add(new(
                what, failure is null ? FindingState.Good : FindingState.Failed,
                failure ?? $"a tensor of known size shows as its block, and the allocator's own statistics agree: {totals!.Allocated.Current} allocated, {totals.Reserved.Current} reserved"));
            findings.AddRange(OperationTest.Run(torch.device(gpu.Device()), gpu.Device()));
        }
        catch (ExternalException e)
        {
            findings.Add(new(what, FindingState.Failed, e.Message.Split('\n')[0].Trim()));
        }
    }

    private static string Device(this CudaGpu gpu) => $"cuda:{gpu.Index}";

    private static string ByNvml(Nvml? nvml, CudaGpu gpu)
    {
        if (nvml is null)
            return "";
        var memory = nvml.Memory(nvml.Device(gpu.Uuid));
        return $", {memory.Total} by NVML ({memory.Reserved?.ToString() ?? "unknown"} reserved, {memory.Used} used)";
    }
}
