using System.Globalization;
using LlmMemProfiler.Calibration.Profiles;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Errors of device totals: one row per statistic, one column per estimator, without and with a profile.</summary>
internal sealed class ErrorTable
{
    private static readonly (string Head, Func<ErrorStatistics, string> Cell)[] Rows =
    [
        ("points", e => $"{e.Count}"), ("mean", e => Percent(e.MeanPercent)), ("median", e => Percent(e.MedianPercent)),
        ("max", e => Percent(e.MaximumPercent)), ("bias", e => string.Create(CultureInfo.InvariantCulture, $"{e.SignedPercent:+0.00;-0.00} %")),
        ("min", e => Percent(-e.LargestUnderPercent)), ("under", e => Percent(100 * e.UnderShare)),
        ("cover", e => e.Coverage is { } coverage ? Percent(100 * coverage) : "–"),
    ];

    private readonly List<(string Head, ErrorStatistics Errors)> columns = [];

    public void Add(string estimator, ErrorStatistics? before, ErrorStatistics? after)
    {
        foreach (var (head, errors) in ((string, ErrorStatistics?)[])[(estimator, before), ("+profile", after)])
        {
            if (errors is not null)
                columns.Add((head, errors));
        }
    }

    public Table Build()
    {
        var table = new Table { Border = TableBorder.Rounded }.AddColumn("error");
        foreach (var (head, _) in columns)
            table.AddColumn(new TableColumn(head) { Alignment = Justify.Right, NoWrap = true });
        foreach (var (head, cell) in Rows)
            table.AddRow([new Text(head), .. columns.Select(c => new Text(cell(c.Errors)))]);
        return table;
    }

    private static string Percent(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} %");
}
