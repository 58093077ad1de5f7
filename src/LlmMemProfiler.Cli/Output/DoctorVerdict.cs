using System.Globalization;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Hook;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Cli.Output;

/// <summary>The doctor's last line: what to do next, or what is missing first and the command that mends it.</summary>
internal static class DoctorVerdict
{
    private const string VisibleDevices = "CUDA_VISIBLE_DEVICES";

    private const string Install = "python3 -m pip install 'torch==2.10.*'", Import = "\"$(python3 -c 'import torch; print(torch.__path__[0])')\"";

    /// <param name="diagnosis">All findings.</param>
    /// <param name="libtorch">Value of --libtorch, or null.</param>
    /// <param name="virtualGpu">The virtual GPU that was examined; null if none was.</param>
    public static string Of(DoctorRecord diagnosis, string? libtorch, string? virtualGpu)
    {
        var given = libtorch is null ? "" : $" --libtorch {libtorch}";
        if (diagnosis.CanRun && virtualGpu is not null)
            return $"ready: llmmem run gpt2 --random-weights --device {virtualGpu}{given}";
        if (diagnosis.CanRun)
            return $"ready: llmmem calibrate{given} ({Work(diagnosis)})";
        var missing = diagnosis.Findings.First(f => f.State == FindingState.Failed);
        return $"not ready: {missing.What}: {missing.Found}; try: {Mend(missing.What, libtorch, virtualGpu is null ? "llmmem doctor" : $"llmmem doctor --device {virtualGpu}")}";
    }

    private static string Work(DoctorRecord diagnosis)
    {
        // As --device auto chooses.
        var gpu = diagnosis is { Gpus: [var first, ..], Libtorch.Cuda: not null } ? first : null;
        var device = gpu is null ? DeviceKind.Cpu : DeviceKind.Cuda;
        var points = SweepPlans.Find(SweepPlans.ForCalibration).On(device, gpu?.Total).Points;
        var time = PointTime.Of(points, device, Environment.ProcessorCount);
        return string.Create(CultureInfo.InvariantCulture, $"{points.Count} points, {Durations.About(time, device)}");
    }

    private static string Mend(string what, string? libtorch, string doctor) => what.Split(',')[0] switch
    {
        "libtorch" when libtorch is not null => $"{doctor} --libtorch {Import}",
        "libtorch" when Environment.GetEnvironmentVariable(LibTorchFolder.Variable) is { Length: > 0 } => $"env -u {LibTorchFolder.Variable} {doctor}",
        "libtorch" => Install,
        "allocation hook" when Blindness.Cause(Environment.GetEnvironmentVariable) is { } variable => $"env -u {variable} {doctor}",
        // What was loaded does not work here, and the release that the wrapper was built for does.
        "allocation hook" or "operations" => $"{Install} && {doctor} --libtorch {Import}",
        var device when device.StartsWith(DeviceKind.Virtual.Name(), StringComparison.Ordinal) => $"env -u {VisibleDevices} {doctor}",
        "NVIDIA driver" or "CUDA in libtorch" => "nvidia-smi, which shows the driver, or llmmem calibrate --device cpu",
        _ => "llmmem doctor --json, and report what it prints",
    };
}
