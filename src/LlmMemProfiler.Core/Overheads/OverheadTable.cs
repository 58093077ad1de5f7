using System.Globalization;
using System.Text;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Overheads;

/// <summary>
/// <c>profiles/overheads.tsv</c>, read and checked: lines that start with '#', a line of column names, then one row a line, fields
/// between tabs, without quotes.
/// </summary>
internal static class OverheadTable
{
    public const string Resource = "overheads.tsv";

    private const int MostRows = 10_000;

    private static readonly string[] Columns =
        ["gpu", "driver", "cuda", "framework", "quantity", "bytes", "source", "printed", "rows", "doubt", "left_out", "said"];

    /// <param name="tsv">UTF-8 text.</param>
    /// <exception cref="InputException">A line is no row, a field is out of range, or a row stands twice.</exception>
    public static IReadOnlyList<OverheadRow> Read(ReadOnlySpan<byte> tsv)
    {
        var lines = Encoding.UTF8.GetString(tsv).Split('\n').Select((text, at) => (Text: text.TrimEnd('\r'), Place: $"{Resource}:{at + 1}"))
            .Where(line => line.Text.Length > 0 && line.Text[0] != '#').ToList();
        if (lines is not [var heads, ..] || heads.Text != string.Join('\t', Columns))
            throw new InputException($"{Resource}: no table of overheads; its first line must be the columns {string.Join(", ", Columns)}, with tabs between them");
        var rows = new List<OverheadRow>();
        var places = new Dictionary<string, string>();
        foreach (var (text, place) in lines.Skip(1))
        {
            var fields = text.Split('\t');
            rows.Add(Row(fields, place));
            // Equal figures of one source are one row with their number.
            fields[8] = "";
            var figure = string.Join('\t', fields);
            if (!places.TryAdd(figure, place))
                throw new InputException($"{place}: the row of {places[figure]} stands here again; must stand once, with how many there are in 'rows'");
        }
        return rows;
    }

    private static OverheadRow Row(string[] fields, string place)
    {
        if (fields.Length != Columns.Length)
            throw new InputException($"{place}: {fields.Length} fields; must be {Columns.Length}, with tabs between them");
        foreach (var told in (int[])[3, 6, 11])
        {
            if (string.IsNullOrWhiteSpace(fields[told]))
                throw new InputException($"{place}: {Columns[told]} is empty; must be told");
        }
        var row = new OverheadRow(
            fields[0], QuantityOf(fields[4], place), new(Number(5, 0, StrictJson.MaxBytes)), fields[6], (int)Number(8, 1, MostRows), fields[9], fields[10]);
        if (fields[7] is { Length: > 0 } printed && SizeText.Read(printed) != row.Size)
            throw new InputException($"{place}: printed is '{printed}', which is not {row.Size.ToExactString()}; must be the size in 'bytes', or empty");
        if (row is { Counts: true, Gpu.Length: 0 })
            throw new InputException($"{place}: gpu is empty; must be a card of gpus.json, or left_out must say why the row does not count");
        if (row.Gpu.Length > 0 && !GpuModels.All.Any(card => card.Name == row.Gpu))
            throw new InputException($"{place}: gpu is '{row.Gpu}', which is no card of gpus.json; {NearNames.Hint(row.Gpu, "cards", [.. GpuModels.All.Select(card => card.Name)])}");
        return row;

        long Number(int column, long least, long most) =>
            long.TryParse(fields[column], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : throw new InputException($"{place}: {Columns[column]} is '{fields[column]}'; must be a whole number from {least} to {most}");
    }

    private static OverheadQuantity QuantityOf(string word, string place) =>
        Words.Of<OverheadQuantity>().TryGetValue(word, out var quantity) && quantity.Name() == word
            ? quantity
            : throw new InputException($"{place}: quantity is '{word}'; must be one of {string.Join(", ", Words.Of<OverheadQuantity>().Keys)}");
}
