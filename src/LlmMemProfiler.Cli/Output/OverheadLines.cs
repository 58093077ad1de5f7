using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Shows an estimate's bounds where they are a range over what others measured of the card.</summary>
internal static class OverheadLines
{
    public static void Show(EstimateRecord record)
    {
        if (record.Overheads is not { } ranges)
            return;
        foreach (var range in ranges)
        {
            Terminal.Out.WriteLine($"{range}");
            if (range.Doubts.Count > 0)
                Terminal.Out.WriteLine($"  in doubt: {string.Join("; ", range.Doubts.SelectMany(doubt => doubt.Split("; ")).Distinct())}");
        }
        foreach (var estimate in record.Estimates.Where(e => e is { Low: not null, High: not null }))
            Terminal.Out.WriteLine($"{estimate.Estimator}: {(estimate.Low == estimate.High ? $"{estimate.Total}" : $"{estimate.Low} to {estimate.High}")}, the range over these sources; it promises nothing");
    }
}
