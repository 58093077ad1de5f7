using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>
/// What a sweep measures: products of axes ("grids") and single points, then filters ("only", "exclude"). Points are in file
/// order, within a grid in axis order, without duplicates.
/// </summary>
/// <param name="Name">The file's name without extension.</param>
/// <param name="Points">The points, with workloads valid for their models.</param>
public sealed record SweepPlan(string Name, IReadOnlyList<SweepPoint> Points)
{
    /// <summary>100,000 points would take days; more are a mistake.</summary>
    public const int MostPoints = 100_000;

    private static readonly string[] Known = ["description", "grids", "points", "only", "exclude"];

    /// <summary>Reads an untrusted JSON document.</summary>
    /// <param name="json">The document.</param>
    /// <param name="origin">Its name in error messages.</param>
    /// <param name="name">The plan's name.</param>
    /// <param name="folder">Folder of model files; null for presets only.</param>
    /// <param name="randomWeights">True to ignore the weights in a model's folder.</param>
    /// <exception cref="InputException">It is not a plan, a field is unknown or invalid, or no points are left.</exception>
    public static SweepPlan Read(ReadOnlyMemory<byte> json, string origin, string name, string? folder, bool randomWeights = false)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new()
            {
                MaxDepth = 16,
                AllowDuplicateProperties = false,
                CommentHandling = JsonCommentHandling.Skip,
            });
            return Build(new(document.RootElement, origin, IsRoot: true), origin, name, new(folder, randomWeights));
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? $" at line {line + 1}" : "";
            throw new InputException($"{origin}: not a plan{place} ({e.Message.Split(" LineNumber:")[0].TrimEnd('.')}); must be a file like profiles/sweeps/quick.json", e);
        }
        catch (InvalidOperationException e)
        {
            // JsonDocument decodes a string only on access.
            throw new InputException($"{origin}: contains an invalid string; must be UTF-8", e);
        }
    }

    /// <summary>True for the standard plan, which a GPU replaces by one made for its size.</summary>
    public bool IsStandard { get; init; }

    /// <summary>The plan for a device: what was made for two CPU cores says little of a GPU.</summary>
    /// <param name="device">CPU, GPU or virtual GPU.</param>
    /// <param name="total">Its memory; null if unknown.</param>
    public SweepPlan On(DeviceKind device, ByteSize? total) =>
        IsStandard && device.IsGpu() && total is { } card ? CardPlan.For(card) : this;

    /// <summary>A shard's part of the plan: every N-th point.</summary>
    public SweepPlan Share(Shard shard) => this with { Points = [.. Points.Where((_, index) => shard.Contains(index))] };

    private static SweepPlan Build(PlanValue root, string origin, string name, PlanModels models)
    {
        var fields = root.Fields(Known);
        if (fields.TryGetValue("description", out var description))
            description.Text();
        var grids = Grids("grids", SweepGrid.Read).Concat(Grids("points", SweepGrid.ReadPoint)).ToList();
        if (grids.Count == 0)
            throw new InputException($"{origin}: no grids or points; must have at least one of them");
        var size = 0L;
        foreach (var grid in grids)
        {
            // Checked before expansion: one line can describe more points than fit in memory.
            if (grid.Size > MostPoints - size)
                throw new InputException($"{grid.Where} brings the plan to more than {MostPoints} points; use fewer values");
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
            throw new InputException($"{origin}: no points left after filtering; 'only' and 'exclude' must leave at least one");
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
