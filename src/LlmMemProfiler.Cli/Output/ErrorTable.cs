using System.Globalization;
using LlmMemProfiler.Calibration.Profiles;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Errors of device totals: one row per estimator, without and with a profile.</summary>
internal sealed class ErrorTable
{
    private readonly Table table = new Table { Border = TableBorder.Rounded }.AddColumn("estimator").AddColumn("profile");

    public ErrorTable()
    {
        foreach (var head in (string[])["points", "mean", "median", "max", "bias", "under", "min", "cover"])
            table.AddColumn(new TableColumn(head) { Alignment = Justify.Right, NoWrap = true });
    }

    public ErrorTable Add(string estimator, ErrorStatistics? before, ErrorStatistics? after)
    {
        Add(estimator, "without", before);
        Add("", "with", after);
        return this;
    }

    public Table Build() => table;

    private void Add(string estimator, string profile, ErrorStatistics? e)
    {
        if (e is not null)
        {
            table.AddRow(
            [
                .. new[]
                {
                    estimator, profile, $"{e.Count}", Percent(e.MeanPercent), Percent(e.MedianPercent), Percent(e.MaximumPercent),
                    string.Create(CultureInfo.InvariantCulture, $"{e.SignedPercent:+0.00;-0.00} %"), Percent(100 * e.UnderShare),
                    Percent(-e.LargestUnderPercent), e.Coverage is { } coverage ? Percent(100 * coverage) : "–",
                }.Select(cell => new Text(cell)),
            ]);
        }
    }

    private static string Percent(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.00} %");
}
