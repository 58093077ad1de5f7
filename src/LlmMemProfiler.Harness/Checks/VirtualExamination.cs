using System.Globalization;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.VirtualGpu;

namespace LlmMemProfiler.Harness.Checks;

/// <summary>A GPU that is not there: hook, allocator and statistics are as on a real one, values are not, and no driver is asked.</summary>
internal static class VirtualExamination
{
    /// <param name="choice">A virtual GPU.</param>
    /// <param name="library">The libtorch, loaded on it.</param>
    public static IReadOnlyList<Finding> Run(DeviceChoice choice, LibTorchLibrary library)
    {
        var name = choice.ToString();
        try
        {
            using var device = ComputeDevice.OfVirtual(choice, library, () => OpenedDevice.Facts(choice.Virtual!, ByteSize.Zero));
            var card = device.VirtualCard!;
            return
            [
                new(name, FindingState.Good, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{device.Facts.Name}, capability {card.Capability}, {card.Multiprocessors} multiprocessors, {device.Facts.Total}: a GPU that is not there; allocations are real, and there are no values, times and device totals")),
                Functions(),
                CudnnFinding.Of(LibTorchCuda.Of(library.Version, library.Configuration), Environment.GetEnvironmentVariable),
                .. GpuExamination.SelfTests(library, 0, name, computes: false),
            ];
        }
        catch (DeviceException e)
        {
            return [new(name, FindingState.Failed, e.Message.StartsWith($"{name}: ", StringComparison.Ordinal) ? e.Message[(name.Length + 2)..] : e.Message)];
        }
    }

    /// <summary>The names of the functions that are not built, in order.</summary>
    public static IReadOnlyList<string> NotBuilt => [.. StandIn.Functions.NotBuilt.Select(f => f.Name).Order(StringComparer.Ordinal)];

    /// <summary>What is not built fails where it is called, and names itself then.</summary>
    private static Finding Functions()
    {
        var (count, missing) = StandIn.Functions;
        var text = string.Create(CultureInfo.InvariantCulture, $"{count - missing.Count:N0} of the {count:N0} that this libtorch may call are built");
        return missing.Count == 0
            ? new("CUDA's functions", FindingState.Good, text)
            : new(
                "CUDA's functions", FindingState.Absent,
                $"{text}; a call of another fails, and is told ({string.Join(", ", missing.CountBy(f => f.Library).Select(l => $"{l.Key} {l.Value}"))}; --json has their names)");
    }
}
