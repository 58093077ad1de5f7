using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;
using LlmMemProfiler.Harness.Runs;
using TorchSharp;

namespace LlmMemProfiler.Harness.Checks;

/// <summary>Checks whether a machine can measure, and whether its measurements can be trusted.</summary>
public static class Doctor
{
    /// <summary>Runs all checks. A failure is a finding, not an exception.</summary>
    /// <param name="libtorchOption">Value of --libtorch, or null.</param>
    /// <param name="virtualGpu">A virtual GPU to examine instead of the GPUs that are there; null for those.</param>
    public static DoctorRecord Examine(string? libtorchOption, DeviceChoice? virtualGpu = null)
    {
        var findings = new List<Finding>();
        // As run sets them, or another kernel would be examined than runs use.
        PinnedVariables.SetFor(virtualGpu?.ToString() ?? DeviceChoice.Auto);
        Host(findings);
        var library = LibTorch(findings, libtorchOption, virtualGpu);
        if (library is not null)
        {
            Hook(findings, library);
            findings.AddRange(OperationTest.Run(torch.CPU, DeviceKind.Cpu.Name()));
        }
        if (virtualGpu is not null && library is not null)
            findings.AddRange(VirtualExamination.Run(virtualGpu, library));
        var gpus = virtualGpu is null ? GpuExamination.Run(findings, library) : new(null, null, []);
        return new(DoctorRecord.CurrentSchema, library is not null && findings.TrueForAll(f => f.State != FindingState.Failed), findings)
        {
            Libtorch = library is null ? null : Facts(library),
            Driver = gpus.Driver,
            DriverCuda = gpus.DriverCuda,
            Gpus = gpus.Gpus,
            NotBuilt = virtualGpu is null || library is null ? null : VirtualExamination.NotBuilt,
        };
    }

    private static void Host(List<Finding> findings)
    {
        var memory = MachineMemory.Read();
        findings.Add(new("program", FindingState.Good, $"llmmem {HostReader.Program} on .NET {Environment.Version}, {HostReader.Os()}"));
        findings.Add(new("processor", FindingState.Good, $"{HostReader.Processor()}, {Environment.ProcessorCount} logical processors"));
        findings.Add(new(
            "memory", memory.Available is null ? FindingState.Absent : FindingState.Good,
            $"{memory.Total?.ToString() ?? "unknown"} total, {memory.Available?.ToString() ?? "unknown"} available"));
    }

    private static LibTorchLibrary? LibTorch(List<Finding> findings, string? option, DeviceChoice? virtualGpu)
    {
        try
        {
            var library = virtualGpu?.Virtual is { } gpus ? OpenedDevice.LoadOn(virtualGpu, gpus, option, ByteSize.Zero) : LibTorchLibrary.Load(option);
            findings.Add(new(
                "libtorch", FindingState.Good,
                $"{library.Version ?? "unknown version"} from {library.Folder.Source} ({library.Folder.Path}), {library.CpuCapability ?? "unknown"} kernels, " +
                $"{library.Threads} threads, {(library.HasCuda ? $"with CUDA {library.CudaVersion}" : library.MissingForCuda.Count > 0 ? "its CPU half" : "CPU only")}"));
            findings.Add(Wrapper(library));
            if (library.MissingForCuda is { Count: > 0 } missing)
                findings.Add(new("CUDA in libtorch", FindingState.Absent, $"not loaded: {string.Join(", ", missing)} not found; {MissingLibraries.Remedy}"));
            return library;
        }
        catch (DeviceException e)
        {
            findings.Add(new("libtorch", FindingState.Failed, e.Message));
            return null;
        }
    }

    private static LibTorchFacts Facts(LibTorchLibrary library) => new(
        library.Version, library.Folder.Source, library.Folder.Path, library.CudaVersion,
        LibTorchLibrary.WrapperVersion, library.WrapperBuiltFor, library.Fit.Needed, [.. library.Fit.Missing.Select(m => m.Name)]);

    private static Finding Wrapper(LibTorchLibrary library)
    {
        var fit = library.Fit;
        var missing = fit.Missing.Count == 0
            ? $"all {fit.Needed} required symbols found"
            : $"{fit.Missing.Count} of {fit.Needed} required symbols missing, none used here: {string.Join(", ", fit.Missing)}";
        return new(
            "wrapper", FindingState.Good,
            $"TorchSharp {LibTorchLibrary.WrapperVersion}, built for libtorch {library.WrapperBuiltFor ?? "of unknown version"}; {missing}");
    }

    private static void Hook(List<Finding> findings, LibTorchLibrary library)
    {
        using var hook = AllocationHook.TryInstall(library, new TagCursor(), HookDevice.Cpu, out var reason);
        findings.Add(hook is null
            ? new("allocation hook", FindingState.Failed, reason!)
            : new("allocation hook", FindingState.Good, "a tensor of known size appears as exactly its bytes allocated and freed"));
    }
}
