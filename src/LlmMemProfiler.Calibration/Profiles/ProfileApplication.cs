using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Turns an estimate of tensors into an estimate of the device total.</summary>
public static class ProfileApplication
{
    /// <summary>Adds the profile's constants: the tuned one to the guide's estimate, the split ones to the others.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="estimate">An estimate made without a profile.</param>
    /// <param name="model">The model estimated.</param>
    /// <param name="workload">The workload.</param>
    /// <exception cref="InputException">A size does not fit 64 bits.</exception>
    public static MemoryEstimate Apply(this HardwareProfile profile, MemoryEstimate estimate, ModelFacts model, WorkloadFacts workload) =>
        Fitting(profile, () => Applied(profile, estimate, model, workload));

    /// <summary>What the profile has beside the allocator's memory: context, modules and residual.</summary>
    /// <exception cref="InputException">A size does not fit 64 bits.</exception>
    public static MemoryAccount Beside(this HardwareProfile profile, ModelFacts model, WorkloadFacts workload) =>
        Fitting(profile, () => new MemoryAccount(profile.Constants(model, workload)));

    /// <summary>Constants and slopes that each make sense may come to too much for a point.</summary>
    private static T Fitting<T>(HardwareProfile profile, Func<T> apply)
    {
        try
        {
            return apply();
        }
        catch (OverflowException e)
        {
            throw new InputException($"profile {profile.Name} gives more bytes than 64 bits count; must be a file that calibration wrote", e);
        }
    }

    private static MemoryEstimate Applied(HardwareProfile profile, MemoryEstimate estimate, ModelFacts model, WorkloadFacts workload)
    {
        var parts = estimate.Estimator == GuideEstimator.Name
            ? WithOverhead(estimate.Parts, profile.Overhead.Value)
            : Split(profile, estimate, model, workload);
        var quality = profile.Estimators.FirstOrDefault(e => e.Estimator == estimate.Estimator);
        var (times, beyond) = quality is null ? (0, []) : Widening(profile, quality, model, workload);
        var half = quality is null || beyond.Count > 0 ? null : (ByteSize?)quality.HalfWidths.Bytes(times * quality.HalfWidths.Of(workload), parts.Total);
        return estimate with
        {
            Parts = parts,
            Low = half is { } below ? ByteSize.Max(ByteSize.Zero, parts.Total - below) : null,
            High = half is { } above ? parts.Total + above : null,
            Interval = half is null ? null : quality!.Interval,
            Unknown = [.. Unknowns(profile, estimate, quality), .. beyond.Select(axis => $"interval: {axis}")],
        };
    }

    /// <summary>
    /// How many times as wide as inside the fitted range the interval is: wider by as much as the extremes' errors exceeded it on each axis on
    /// which the point lies beyond the fit, and by twice that where it lies as far beyond the extremes as they lie beyond the fit. And
    /// why it is unknown, one axis per entry.
    /// </summary>
    private static (double Times, IReadOnlyList<string> Beyond) Widening(
        HardwareProfile profile, EstimatorQuality quality, ModelFacts model, WorkloadFacts workload)
    {
        var times = 1.0;
        List<string> beyond = [.. profile.Ranges.Unknown(model, workload)];
        foreach (var (axis, reach) in profile.Ranges.Reaches(model, workload).Where(r => r.Reach is Reach.Tested or Reach.AsFarAgain))
        {
            if (quality.Extremes.FirstOrDefault(e => e.Axis == axis.Name && e.Cache == workload.Cache) is { } extreme)
                times += Math.Max(0, extreme.Worst - 1) * (reach == Reach.Tested ? 1 : 2);
            else
                beyond.Add(FormattableString.Invariant($"{axis.Name} {axis.Of(model, workload):N0} was not tested with cache {workload.Cache.Name()}"));
        }
        return (times, beyond);
    }

    /// <summary>The peak of all blocks, as far as the estimator predicts it; a profile's constants go on top.</summary>
    /// <param name="estimate">The estimate.</param>
    /// <param name="scratch">Kernels' scratch, for an estimator that does not predict it.</param>
    public static ByteSize BlocksOf(MemoryEstimate estimate, ByteSize scratch) =>
        estimate.ReservedPeak ?? estimate.AllocatedPeak ?? Blocks(estimate.Parts).Total + scratch;

    /// <summary>The guide's account with another constant.</summary>
    internal static MemoryAccount WithOverhead(MemoryAccount parts, ByteSize overhead) =>
        new(parts.Known.Where(p => p.Part != Part.Overhead).Append((Part.Overhead, overhead)));

    private static MemoryAccount Split(HardwareProfile profile, MemoryEstimate estimate, ModelFacts model, WorkloadFacts workload)
    {
        var scratch = KeyedConstant.Find(profile.Workspace, workload.Dtype, workload.Attention)?.Value ?? ByteSize.Zero;
        var blocks = Blocks(estimate.Parts);
        // The blocks' peak minus the parts that the estimator distinguishes.
        var rest = BlocksOf(estimate, scratch) - blocks.Total;
        var place = estimate.ReservedPeak is null ? Part.Workspace : Part.Slack;
        return new(
        [
            .. blocks.Known.Where(p => p.Part != place),
            (place, (blocks[place] ?? ByteSize.Zero) + rest),
            .. Slack(profile, estimate, model, workload),
            .. profile.Constants(model, workload),
        ]);
    }

    private static IEnumerable<(Part, ByteSize)> Constants(this HardwareProfile profile, ModelFacts model, WorkloadFacts workload) =>
    [
        (Part.Context, profile.Context.Value),
        (Part.Modules, KeyedConstant.Find(profile.Modules, workload.Dtype, workload.Attention)?.Value ?? ByteSize.Zero),
        (Part.Residual, profile.Residual.Of(model, workload)),
    ];

    /// <summary>Memory cached by the allocator, if the estimator does not simulate it.</summary>
    private static IEnumerable<(Part, ByteSize)> Slack(HardwareProfile profile, MemoryEstimate estimate, ModelFacts model, WorkloadFacts workload)
    {
        if (estimate.ReservedPeak is null && profile.SlackGrowth is { } growth)
        {
            var constant = KeyedConstant.Find(profile.Slack, workload.Dtype, workload.Attention)?.Value ?? ByteSize.Zero;
            yield return (Part.Slack, ByteSize.Max(ByteSize.Zero, constant + growth.Of(model, workload)));
        }
    }

    private static MemoryAccount Blocks(MemoryAccount parts) => new(parts.Known.Where(p => p.Part <= Part.Slack));

    private static List<string> Unknowns(HardwareProfile profile, MemoryEstimate estimate, EstimatorQuality? quality)
    {
        var unknown = new List<string>();
        if (estimate.AllocatedPeak is null && estimate.Estimator != GuideEstimator.Name)
            unknown.Add("allocated peak: kernels' scratch comes from the profile's median");
        if (estimate.ReservedPeak is null && estimate.Estimator != GuideEstimator.Name)
            unknown.Add(profile.SlackGrowth is null ? "reserved peak: included in the residual" : "reserved peak: the memory on top of the blocks comes from the profile");
        if (quality is null)
            unknown.Add("interval: the profile has none for this estimator");
        return unknown;
    }

    /// <summary>Ways in which the profile would be applied beyond its calibration, one per entry.</summary>
    /// <exception cref="InputException">The profile is for another kind of device, or for totals that count something else.</exception>
    public static IEnumerable<string> Warnings(HardwareProfile profile, ModelFacts model, WorkloadFacts workload, HardwareKey? target)
    {
        if (target is not null)
            profile.RequireFits(target.Kind, target.Level);
        foreach (var difference in target is null ? [] : profile.Hardware.DifferencesFrom(target))
            yield return $"profile {profile.Name} was calibrated on different hardware or software: {difference}";
        foreach (var axis in Fitting(profile, () => profile.Ranges.Outside(model, workload)))
            yield return $"profile {profile.Name} is applied outside its range: {axis}";
    }
}
