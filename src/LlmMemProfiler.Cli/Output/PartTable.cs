using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Accounts side by side: one row per part, one column per account, totals at the bottom.</summary>
internal sealed class PartTable
{
    private readonly List<(string Header, MemoryAccount Account, Func<ByteSize, string> Format, string Total)> columns = [];

    /// <summary>Adds an account, shown in binary units.</summary>
    /// <param name="header">Column header.</param>
    /// <param name="account">The parts; an unknown one shows as '–'.</param>
    /// <param name="isLowerBound">True if the total is only a lower bound.</param>
    public PartTable Add(string header, MemoryAccount account, bool isLowerBound = false)
    {
        columns.Add((header, account, size => size.ToString(), (isLowerBound ? "≥ " : "") + account.Total));
        return this;
    }

    /// <summary>Adds an account in bytes.</summary>
    public PartTable AddExact(string header, MemoryAccount account)
    {
        columns.Add((header, account, size => size.ToExactString(), account.Total.ToExactString()));
        return this;
    }

    public Table Build(string totalName)
    {
        var table = new Table { Border = TableBorder.Rounded, ShowFooters = true };
        table.AddColumn(new TableColumn("part") { Footer = new Text(totalName) });
        foreach (var (header, _, _, total) in columns)
            table.AddColumn(new TableColumn(header) { Alignment = Justify.Right, NoWrap = true, Footer = new Text(total) });
        foreach (var part in Parts.All.Where(p => columns.Exists(c => c.Account[p] is not null)))
            table.AddRow([new Text(part.Name()), .. columns.Select(c => new Text(c.Account[part] is { } size ? c.Format(size) : "–"))]);
        return table;
    }
}
