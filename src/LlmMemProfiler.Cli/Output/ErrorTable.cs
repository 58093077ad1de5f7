using System.Globalization;
using LlmMemProfiler.Calibration.Profiles;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Errors of device totals: one row per statistic, and a column or two per estimator, without and with a profile.</summary>
internal sealed class ErrorTable
{
    private static readonly (string Name, Func<ErrorStatistics, string> Cell)[] Statistics =
    [
        ("points", e => $"{e.Count}"), ("mean", e => Percent(e.MeanPercent)), ("median", e => Percent(e.MedianPercent)),
        ("max", e => Percent(e.MaximumPercent)), ("bias", e => string.Create(CultureInfo.InvariantCulture, $"{e.SignedPercent:+0.00;-0.00} %")),
        ("under", e => Percent(100 * e.UnderShare)), ("min", e => Percent(-e.LargestUnderPercent)),
        ("cover", e => e.Coverage is { } coverage ? Percent(100 * coverage) : "–"),
    ];

    private readonly List<(string Head, ErrorStatistics Errors)> columns = [];

    public ErrorTable Add(string estimator, ErrorStatistics? before, ErrorStatistics? after)
    {
        foreach (var (head, errors) in ((string, ErrorStatistics?)[])[(estimator, before), ($"{estimator} +profile", after)])
        {
            if (errors is not null)
                columns.Add((head, errors));
        }
        return this;
    }

    public ConsoleTable Build()
    {
        var table = new ConsoleTable().Label("error");
        foreach (var (i, (head, _)) in columns.Index())
            table.Number(head, rank: i == columns.Count - 1 ? 0 : 1);
        // Names of statistics without a number would look like numbers that got lost.
        foreach (var (name, cell) in Statistics.Where(_ => columns.Count > 0))
            table.Row([name, .. columns.Select(c => cell(c.Errors))]);
        return table;
    }

    private static string Percent(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} %");
}
