using System.Globalization;
using System.Text;
using LlmMemProfiler.Core.Gpus;

namespace LlmMemProfiler.Core.Virtual;

/// <summary>
/// <c>profiles/virtual/points.tsv</c>, read and checked: lines that start with '#', a line of column names, then one row a line, fields
/// between tabs, without quotes.
/// </summary>
internal static class CheckedPointsTable
{
    public const string Resource = "points.tsv";

    private const int Most = 1_000_000_000;

    public static IReadOnlyList<string> Columns { get; } =
    [
        "stand_in", "libtorch", "runtime", "seed", "gpu", "capability", "points", "processes", "equal_traces", "equal_allocated", "equal_reserved",
        "out_of_memory", "events", "settings",
    ];

    /// <param name="tsv">UTF-8 text.</param>
    /// <exception cref="InputException">A line is no row, a field is out of range, or a row stands twice.</exception>
    public static IReadOnlyList<CheckedPoints> Read(ReadOnlySpan<byte> tsv)
    {
        var lines = Encoding.UTF8.GetString(tsv).Split('\n').Select((text, at) => (Text: text.TrimEnd('\r'), Place: $"{Resource}:{at + 1}"))
            .Where(line => line.Text.Length > 0 && line.Text[0] != '#').ToList();
        if (lines is not [var heads, ..] || heads.Text != string.Join('\t', Columns))
            throw new InputException($"{Resource}: no table of checked points; its first line must be the columns {string.Join(", ", Columns)}, with tabs between them");
        var rows = new List<CheckedPoints>();
        foreach (var (text, place) in lines.Skip(1))
        {
            var row = Row(text.Split('\t'), place);
            if (rows.Any(r => (r.StandIn, r.LibTorch, r.Runtime, r.Seed, r.Gpu) == (row.StandIn, row.LibTorch, row.Runtime, row.Seed, row.Gpu)))
                throw new InputException($"{place}: {row.Gpu} stands here again; must stand once for a seed, a libtorch and a stand-in");
            rows.Add(row);
        }
        return rows;
    }

    private static CheckedPoints Row(string[] fields, string place)
    {
        if (fields.Length != Columns.Count)
            throw new InputException($"{place}: {fields.Length} fields; must be {Columns.Count}, with tabs between them");
        foreach (var version in (int[])[1, 2])
        {
            if (fields[version].Length == 0 || fields[version].Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '+')))
                throw new InputException($"{place}: {Columns[version]} is '{ForeignText.Plain(fields[version])}'; must be a version such as 2.10.0");
        }
        var card = GpuModels.All.FirstOrDefault(gpu => gpu.Name == fields[4])
            ?? throw new InputException($"{place}: gpu is '{ForeignText.Plain(fields[4])}', which is no card of gpus.json; {NearNames.Hint(fields[4], "cards", [.. GpuModels.All.Select(gpu => gpu.Name)])}");
        var capability = ComputeCapability.Parse(fields[5], place);
        if (capability != card.Capability)
            throw new InputException($"{place}: capability is {capability}; must be {card.Capability}, as gpus.json has it for {card.Name}");
        var points = (int)Number(6, 1, Most);
        return new(
            (int)Number(0, 1, Most), fields[1], fields[2], (int)Number(3, 0, int.MaxValue), card.Name, capability, points,
            (int)Number(7, 1, points), (int)Number(8, 0, points), (int)Number(9, 0, points), (int)Number(10, 0, points), (int)Number(11, 0, points),
            Number(12, 0, 1L << 53), Settings(fields[13], points, place));

        long Number(int column, long least, long most) =>
            long.TryParse(fields[column], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : throw new InputException($"{place}: {Columns[column]} is '{ForeignText.Plain(fields[column])}'; must be a whole number from {least} to {most}");
    }

    /// <summary>As 'defaults:40 expandable_segments:10'.</summary>
    private static Dictionary<string, int> Settings(string text, int points, string place)
    {
        var settings = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var pair in text.Split(' '))
        {
            if (pair.Split(':') is not [{ Length: > 0 } name, var digits] || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
                || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > points
                || !settings.TryAdd(name, number))
            {
                throw new InputException($"{place}: settings contain '{ForeignText.Plain(pair)}'; must be different names, each with a number of points up to {points}, such as defaults:{points}");
            }
        }
        return settings;
    }
}
