using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Core.Verdicts;

namespace LlmMemProfiler.Cli.Output;

/// <summary>A verdict in one line: what is needed, what there is, what is left or missing, and the moment that decides.</summary>
internal static class VerdictLine
{
    public static string Of(Fit fit) => fit.Verdict is { } verdict
        ? $"{verdict.Name()}: {Needs(fit, verdict)}, {Has(fit)}: {Leaves(fit, verdict)}{(fit.Moment is { } moment ? $"; what decides is {moment}" : "")}"
        : $"verdict not known: needs at least {fit.Needed.Low}, and {fit.Unknown}{(fit.Capacity.Total is null ? $"; {MemoryOption.Name} SIZE tells it" : "")}";

    private static string Needs(Fit fit, Verdict verdict) => verdict switch
    {
        Verdict.Fits => $"needs at most {Size(fit, fit.Needed.High)}",
        Verdict.Likely => $"needs about {Size(fit, fit.Needed.Value)}, {(fit.Needed.High is { } high ? $"at most {Size(fit, high)}" : "without a known upper bound")}",
        Verdict.Unlikely => $"needs about {Size(fit, fit.Needed.Value)}, at least {Size(fit, fit.Needed.Low)}",
        Verdict.No => $"needs at least {Size(fit, fit.Needed.Low)}",
        _ => $"needs {fit.Needed.Low} besides {string.Join(" and ", fit.Besides.Select(part => part.Name()))}",
    };

    /// <summary>In bytes where two that differ would read alike: 'needs 3.70 GiB, has 3.70 GiB' hides the answer.</summary>
    private static string Size(Fit fit, ByteSize? size)
    {
        ByteSize?[] shown = [fit.Capacity.Total, fit.Needed.Low, fit.Needed.Value, fit.Needed.High];
        return size is { } known && shown.Any(other => other is { } told && told != known && told.ToString() == known.ToString() && IsCapacity(known, told))
            ? known.ToExactString()
            : $"{size}";

        bool IsCapacity(ByteSize one, ByteSize other) => one == fit.Capacity.Total || other == fit.Capacity.Total;
    }

    private static string Has(Fit fit)
    {
        var isAsked = fit.Capacity.Source == MemoryOption.Name;
        var place = !isAsked && fit.Capacity.Place is { } told ? $" ({told})" : "";
        return fit.Limit is { } limit
            ? $"per_process_memory_fraction allows {limit} of the {fit.Capacity.Total} of {fit.Capacity.Name}{place}"
            : $"{fit.Capacity.Name}{(isAsked ? $" with {MemoryOption.Name}" : "")} has {Size(fit, fit.Capacity.Total)}{place}";
    }

    private static string Leaves(Fit fit, Verdict verdict) =>
        fit.Margin is not { } margin ? "too little"
        : margin < ByteSize.Zero ? $"{ByteSize.Zero - margin} too little"
        : verdict == Verdict.Depends ? $"fits if they take at most {margin}"
        : $"{margin} left";
}
