using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Accounts side by side: one row per part, one column per account, totals at the bottom.</summary>
internal sealed class PartTable
{
    private readonly List<Column> columns = [];

    /// <summary>Adds an account, shown in binary units.</summary>
    /// <param name="header">Column header.</param>
    /// <param name="account">The parts; an unknown one shows as '–'.</param>
    /// <param name="isLowerBound">True if the total is only a lower bound.</param>
    public PartTable Add(string header, MemoryAccount account, bool isLowerBound = false)
    {
        columns.Add(new(header, header, account, size => size.ToString(), (isLowerBound ? "≥ " : "") + account.Total));
        return this;
    }

    /// <summary>Adds the account added last once more, in bytes.</summary>
    public PartTable AddExact(string header, MemoryAccount account)
    {
        columns.Add(new(header, $"{columns[^1].Name} in bytes", account, size => size.ToExactString(), account.Total.ToExactString()) { IsExact = true });
        return this;
    }

    public ConsoleTable Build(string totalName)
    {
        var table = new ConsoleTable().Label("part", totalName);
        // Bytes are left out first, since they say once more what the units say; the last account is what the others are held against.
        var last = columns.FindLast(c => !c.IsExact);
        foreach (var column in columns)
            table.Number(column.Header, column.IsExact ? 2 : column == last ? 0 : 1, column.Name, column.Total);
        foreach (var part in Parts.All.Where(p => columns.Exists(c => c.Account[p] is not null)))
            table.Row([part.Name(), .. columns.Select(c => c.Account[part] is { } size ? c.Format(size) : "–")]);
        return table;
    }

    private sealed record Column(string Header, string Name, MemoryAccount Account, Func<ByteSize, string> Format, string Total)
    {
        public bool IsExact { get; init; }
    }
}
