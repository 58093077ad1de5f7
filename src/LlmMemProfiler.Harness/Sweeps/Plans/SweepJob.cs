using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>One measurement of a sweep: a point on its device, once or again.</summary>
/// <param name="Point">The point.</param>
/// <param name="PointId">Its identity on the sweep's device.</param>
/// <param name="Repeat">From 0.</param>
/// <param name="Predicted">What it will take at the least: see <see cref="Predict"/>.</param>
public sealed record SweepJob(SweepPoint Point, string PointId, int Repeat, ByteSize Predicted)
{
    /// <summary>Point and repeat in half a line.</summary>
    public string Title => TitleOf(Point.Model.Name, Point.WorkloadFacts, Repeat);

    internal static string TitleOf(string model, WorkloadFacts workload, int repeat) =>
        PointTitle.Short(model, workload) + (repeat > 0 ? $" again {repeat}" : "");

    /// <summary>The tensors' peak of a symbolic run, and the guide's constant for all the rest.</summary>
    /// <exception cref="InputException">It is more than 64 bits can count.</exception>
    public static ByteSize Predict(SweepPoint point)
    {
        try
        {
            return SimulatedEstimator.Estimate(point.Model, point.Workload).Total + GuideEstimator.Overhead;
        }
        catch (OverflowException e)
        {
            throw new InputException(
                $"{point.Model.Name} with batch {point.Workload.Batch} and {point.Workload.Prompt} + {point.Workload.NewTokens} tokens needs more bytes " +
                "than 64 bits can count; a smaller model or workload is needed", e);
        }
    }

    /// <summary>All measurements of a plan: the whole plan once, then again, so that a slow drift of the machine meets all points alike.</summary>
    /// <param name="points">The plan's points, or a share of them.</param>
    /// <param name="repeats">How often each is measured.</param>
    /// <param name="device">What they are measured on.</param>
    /// <param name="allocator">The allocator's settings; empty for the default.</param>
    public static IReadOnlyList<SweepJob> Of(IReadOnlyList<SweepPoint> points, int repeats, DeviceKind device, string allocator)
    {
        var once = points.AsParallel().AsOrdered().Select(p => new SweepJob(p, p.Key(device, allocator).Id, 0, Predict(p))).ToList();
        return [.. Enumerable.Range(0, repeats).SelectMany(repeat => once.Select(job => job with { Repeat = repeat }))];
    }
}
