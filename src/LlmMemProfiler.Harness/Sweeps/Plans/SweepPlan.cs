using System.Text.Json;
using LlmMemProfiler.Core;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>
/// What a sweep measures: products of axes ("grids") and single points, then filters ("only", "exclude"). The order is that of
/// the file, within a grid that of the axes; a point that comes again is left out.
/// </summary>
/// <param name="Name">The file's name without its ending.</param>
/// <param name="Points">The points, each valid for its model.</param>
public sealed record SweepPlan(string Name, IReadOnlyList<SweepPoint> Points)
{
    /// <summary>A hundred thousand points would take days; more are a slip.</summary>
    public const int MostPoints = 100_000;

    private static readonly string[] Known = ["description", "grids", "points", "only", "exclude"];

    /// <summary>Reads one JSON document, which comes from outside and is not trusted.</summary>
    /// <param name="json">The document.</param>
    /// <param name="origin">Named in errors.</param>
    /// <param name="name">The plan's name.</param>
    /// <param name="folder">Where the models' files are looked for; null for presets only.</param>
    /// <exception cref="InputException">It is no plan, a field is unknown or absurd, or no point is left.</exception>
    public static SweepPlan Read(ReadOnlyMemory<byte> json, string origin, string name, string? folder)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new()
            {
                MaxDepth = 16,
                AllowDuplicateProperties = false,
                CommentHandling = JsonCommentHandling.Skip,
            });
            return Build(new(document.RootElement, origin, IsRoot: true), origin, name, new(folder));
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? $" at line {line + 1}" : "";
            throw new InputException($"{origin}: is no plan{place} ({e.Message.Split(" LineNumber:")[0].TrimEnd('.')}); a file like profiles/sweeps/quick.json is needed", e);
        }
        catch (InvalidOperationException e)
        {
            // JsonDocument looks at the letters of a text only when it is asked for.
            throw new InputException($"{origin}: holds a text that is not Unicode; a file in UTF-8 is needed", e);
        }
    }

    /// <summary>The share of one of several machines: each N-th point.</summary>
    public SweepPlan Share(Shard shard) => this with { Points = [.. Points.Where((_, index) => shard.Contains(index))] };

    private static SweepPlan Build(PlanValue root, string origin, string name, PlanModels models)
    {
        var fields = root.Fields(Known);
        if (fields.TryGetValue("description", out var description))
            description.Text();
        var grids = Grids("grids", SweepGrid.Read).Concat(Grids("points", SweepGrid.ReadPoint)).ToList();
        if (grids.Count == 0)
            throw new InputException($"{origin}: has neither grids nor points; at least one of them is needed");
        var size = 0L;
        foreach (var grid in grids)
        {
            // Before they are made: what is written in a line can be more than fits into memory.
            if (grid.Size > MostPoints - size)
                throw new InputException($"{grid.Where} makes it more than {MostPoints} points; fewer values are needed");
            size += grid.Size;
        }
        var all = grids.SelectMany(grid => grid.Points().Select(point => (grid.Where, Point: point))).ToList();
        var names = all.Select(p => p.Point.Model.Name).ToHashSet();
        var (only, exclude) = (Filters("only", names), Filters("exclude", names));
        var kept = all
            .Where(p => (only.Count == 0 || only.Any(f => f.Holds(p.Point))) && !exclude.Any(f => f.Holds(p.Point)))
            .DistinctBy(p => (p.Point.ModelFacts, p.Point.WorkloadFacts))
            .ToList();
        if (kept.Count == 0)
            throw new InputException($"{origin}: no point is left after its filters; 'only' and 'exclude' must leave some");
        foreach (var (where, point) in kept)
            Validate(point, where);
        return new(name, [.. kept.Select(p => p.Point)]);

        IEnumerable<SweepGrid> Grids(string field, Func<PlanValue, PlanModels, SweepGrid> read) =>
            fields.TryGetValue(field, out var list) ? list.Elements().Select(value => read(value, models)) : [];

        IReadOnlyList<PointFilter> Filters(string field, IReadOnlyCollection<string> modelNames) =>
            fields.TryGetValue(field, out var list) ? [.. list.Elements().Select(value => PointFilter.Read(value, modelNames))] : [];
    }

    private static void Validate(SweepPoint point, string where)
    {
        try
        {
            point.Workload.ValidatedFor(point.Model);
        }
        catch (InputException e)
        {
            throw new InputException($"{where}: {e.Message}", e);
        }
    }
}
