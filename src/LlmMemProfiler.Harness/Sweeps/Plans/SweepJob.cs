using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>One measurement in a sweep: a point on its device, possibly a repeat.</summary>
/// <param name="Point">The point.</param>
/// <param name="PointId">Its identity on the sweep's device.</param>
/// <param name="Repeat">From 0.</param>
/// <param name="Predicted">Minimum memory needed; see <see cref="Predict"/>.</param>
public sealed record SweepJob(SweepPoint Point, string PointId, int Repeat, ByteSize Predicted)
{
    /// <summary>Short description of point and repeat.</summary>
    public string Title => TitleOf(Point.Model.Name, Point.WorkloadFacts, Repeat);

    internal static string TitleOf(string model, WorkloadFacts workload, int repeat) =>
        PointTitle.Short(model, workload) + (repeat > 0 ? $" repeat {repeat}" : "");

    /// <summary>The tensor peak of a symbolic run plus the guide's constant overhead, which a virtual GPU does not have.</summary>
    /// <param name="point">The point.</param>
    /// <param name="device">The device to measure on.</param>
    /// <param name="watch">Follows the run; null for none.</param>
    /// <exception cref="InputException">It exceeds 64 bits, or takes longer than the watch allows.</exception>
    public static ByteSize Predict(SweepPoint point, DeviceKind device, SimulationWatch? watch = null)
    {
        try
        {
            return SimulatedEstimator.Estimate(point.Model, point.Workload, target: null, watch).Total + OverheadOn(device);
        }
        catch (OverflowException e)
        {
            throw new InputException(
                $"{point.Model.Name} with batch {point.Workload.Batch} and {point.Workload.Prompt} + {point.Workload.NewTokens} tokens needs more bytes " +
                "than 64 bits can count; use a smaller model or workload", e);
        }
    }

    private static ByteSize OverheadOn(DeviceKind device) => device == DeviceKind.Virtual ? ByteSize.Zero : GuideEstimator.Overhead;

    /// <summary>All measurements of a plan: repeats run the whole plan again, so that slow drift affects all points alike.</summary>
    /// <param name="points">The plan's points, or a shard of them.</param>
    /// <param name="repeats">Number of measurements per point.</param>
    /// <param name="device">The device to measure on.</param>
    /// <param name="allocator">The allocator settings; empty for the defaults.</param>
    /// <param name="onPass">Receives how many passes of all points' simulations are done, and how many they have, from several threads at once; null for none.</param>
    public static IReadOnlyList<SweepJob> Of(
        IReadOnlyList<SweepPoint> points, int repeats, DeviceKind device, string allocator, Action<long, long>? onPass = null)
    {
        var (done, total) = (0L, points.Sum(p => SymbolicRun.Passes(p.Workload)));
        var once = points.AsParallel().AsOrdered().Select(p => new SweepJob(p, p.Key(device, allocator).Id, 0, Predict(p, device, Watch()))).ToList();
        return [.. Enumerable.Range(0, repeats).SelectMany(repeat => once.Select(job => job with { Repeat = repeat }))];

        SimulationWatch Watch() => new() { OnPass = (_, _) => onPass?.Invoke(Interlocked.Increment(ref done), total) };
    }
}
