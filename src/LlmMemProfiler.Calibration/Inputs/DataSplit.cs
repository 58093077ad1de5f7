using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Calibration.Inputs;

/// <summary>What a point is used for.</summary>
public enum DataSplit
{
    /// <summary>Fitting constants.</summary>
    Fit,

    /// <summary>Setting the intervals' width.</summary>
    Conformal,

    /// <summary>Testing how far the fit reaches: choosing its slopes, and reporting errors.</summary>
    HeldOut,
}

/// <summary>
/// Splits points. Held out are the extremes: the largest model and batch, the longest prompt and decode, so that an error shows what
/// the profile does where it was not fitted. Of the rest, the first hex digit of a point's id, a hash, decides; repeats stay together.
/// </summary>
public sealed class DataSplits
{
    /// <summary>An axis is left whole if more than one point in three lies at its largest value: too few would be left to fit.</summary>
    private const int MaxHeldOut = 3;

    private readonly Dictionary<string, long> extremes = [];

    /// <param name="points">All points to be split, measured or planned.</param>
    public DataSplits(IReadOnlyCollection<(ModelFacts Model, WorkloadFacts Workload)> points)
    {
        foreach (var axis in PointAxis.All)
        {
            var values = points.Select(p => axis.Of(p.Model, p.Workload)).ToList();
            var most = values.DefaultIfEmpty().Max();
            var count = values.Count(v => v == most);
            if (count < values.Count && (long)count * MaxHeldOut <= values.Count)
                extremes[axis.Name] = most;
        }
    }

    /// <summary>The axes on which a point is an extreme.</summary>
    public IEnumerable<PointAxis> ExtremeOn(ModelFacts model, WorkloadFacts workload) =>
        PointAxis.All.Where(axis => extremes.TryGetValue(axis.Name, out var most) && axis.Of(model, workload) == most);

    /// <exception cref="InputException">The id does not start with a hex digit.</exception>
    public DataSplit Of(string pointId, ModelFacts model, WorkloadFacts workload)
    {
        if (pointId is not [var digit, ..] || !char.IsAsciiHexDigit(digit))
            throw new InputException($"bad point id '{pointId}'; must start with a hex digit");
        if (ExtremeOn(model, workload).Any())
            return DataSplit.HeldOut;
        // 0 to 5 (38 %): intervals; 6 to f (62 %): fit.
        return Convert.ToInt32($"{digit}", 16) < 6 ? DataSplit.Conformal : DataSplit.Fit;
    }
}
