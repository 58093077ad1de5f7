using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Harness.Sweeps.Plans;

namespace LlmMemProfiler.Harness.Sweeps;

/// <summary>
/// About how long a measurement takes, before any was made: a process starts, generates the weights, and passes over them once per
/// chunk of the prompt and per new token.
/// </summary>
/// <remarks>
/// The rates are those of the 116 points in profiles/hardware/cpu-epyc-2/sweep, by least squares over the logarithms of the times
/// between their starts (two threads; the whole sweep: 260 s for 264 s; a point: within a factor of 1.25 in two of three).
/// A GPU's are those of the 65 points in profiles/hardware/cuda-h100-80gb/sweep, likewise (16 threads beside an H100; the whole sweep: 347 s
/// for 355 s; a point: within a factor of 1.13 in two of three), but for what no point there is limited by: what an H100 promises to read
/// and to multiply.
/// </remarks>
public static class PointTime
{
    private const double CpuStart = 0.66, GpuStart = 3.6;

    /// <summary>Parameters generated per second and thread; for a GPU, and copied to it.</summary>
    private const double Generated = 1.15e8, GpuGenerated = 8.4e7;

    /// <summary>Parameters read per second in a pass: per thread on a CPU, at four bytes each whatever their type.</summary>
    private const double CpuRead = 1.2e9, GpuRead = 5e11;

    /// <summary>Multiplications per second: per thread on a CPU.</summary>
    private const double CpuMultiplied = 2.2e10, GpuMultiplied = 1e14;

    /// <summary>On a GPU, launching a layer's kernels takes longer than small kernels run; a virtual one's are only prepared.</summary>
    private const double GpuSecondsPerLayer = 2.9e-4, VirtualSecondsPerLayer = 2e-4;

    /// <param name="point">The point.</param>
    /// <param name="device">Where it is measured.</param>
    /// <param name="threads">Threads that compute.</param>
    public static TimeSpan Of(SweepPoint point, DeviceKind device, int threads)
    {
        var (workload, parameters) = (point.Workload, (double)point.ModelFacts.Parameters);
        double passes = workload.PrefillPasses + workload.NewTokens;
        var multiplications = parameters * workload.Batch * ((double)workload.Prompt + workload.NewTokens);
        // Nothing is computed there: the host prepares kernels, and launches none.
        if (device == DeviceKind.Virtual)
            return TimeSpan.FromSeconds(CpuStart + (passes * point.ModelFacts.Layers * VirtualSecondsPerLayer));
        var generating = parameters / ((device == DeviceKind.Cpu ? Generated : GpuGenerated) * threads);
        return TimeSpan.FromSeconds(device == DeviceKind.Cpu
            ? CpuStart + generating + passes * parameters / (CpuRead * threads) + multiplications / (CpuMultiplied * threads)
            : GpuStart + generating + passes * (parameters / GpuRead + point.ModelFacts.Layers * GpuSecondsPerLayer) + multiplications / GpuMultiplied);
    }

    /// <summary>The sum over points.</summary>
    public static TimeSpan Of(IEnumerable<SweepPoint> points, DeviceKind device, int threads) =>
        points.Aggregate(TimeSpan.Zero, (sum, point) => sum + Of(point, device, threads));
}
