using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Cli.Options;

/// <summary>Whether a profile is of this machine, as far as files and the driver tell; nothing is loaded, and no context is made.</summary>
internal static class ThisMachine
{
    public static bool Has(HardwareProfile profile) =>
        profile.Hardware.Level == profile.Hardware.Kind.Measured() && (profile.Hardware.Kind == DeviceKind.Cpu ? HasCpu(profile) : HasGpu(profile.Hardware));

    private static bool HasCpu(HardwareProfile profile)
    {
        var hardware = profile.Hardware;
        var here = hardware with
        {
            Name = HostReader.Processor(),
            Cores = Environment.ProcessorCount,
            ProcessorId = HostReader.ProcessorId(),
            InstructionSets = HostReader.ProcessorFlags(),
            CLibrary = HostReader.CLibrary(),
            Allocator = HardwareKey.AllocatorOf(HostReader.Variables()),
        };
        return here.DifferencesFrom(hardware).Count == 0 && HasLibTorch(profile);
    }

    /// <summary>A packaged libtorch comes with its wrapper; another one is known by a file beside it.</summary>
    private static bool HasLibTorch(HardwareProfile profile)
    {
        try
        {
            var folder = LibTorchFolder.Find(null);
            return folder.IsPackage
                ? profile.Hardware.Libtorch.EndsWith($"({folder.Source})", StringComparison.Ordinal) && profile.Evidence.TorchSharp == LibTorchLibrary.WrapperVersion
                : profile.Hardware.Libtorch == $"{LibTorchVersion.Beside(folder.Path)} ({folder.Source})";
        }
        catch (DeviceException)
        {
            // None is here, so nothing can run here that the profile is of.
            return false;
        }
    }

    private static bool HasGpu(HardwareKey hardware)
    {
        try
        {
            return CudaDriver.TryLoad(out _)?.Gpus() is { } gpus && gpus.Any(gpu => gpu.Name == hardware.Name && HasDriver(gpu, hardware));
        }
        catch (DeviceException)
        {
            // The driver fails: whatever the profile is of cannot run here now.
            return false;
        }
    }

    private static bool HasDriver(CudaGpu gpu, HardwareKey hardware)
    {
        var version = NvmlGpu.DriverVersionOf(gpu.Uuid);
        return hardware.DriverMajor is null || version is null || version.Split('.')[0] == hardware.DriverMajor;
    }
}
