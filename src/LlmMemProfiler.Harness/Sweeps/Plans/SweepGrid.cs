using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>The product of a plan's axes; missing axes have the command line's defaults.</summary>
internal sealed class SweepGrid
{
    private readonly IReadOnlyList<(RunnableModel Runnable, ModelFacts Facts)> models;
    private readonly IReadOnlyList<IReadOnlyList<Func<Workload, Workload>>> axes;

    private SweepGrid(string where, IReadOnlyList<(RunnableModel, ModelFacts)> models, IReadOnlyList<IReadOnlyList<Func<Workload, Workload>>> axes)
    {
        Where = where;
        this.models = models;
        this.axes = axes;
    }

    public string Where { get; }

    /// <summary>Number of points, saturating at 64 bits.</summary>
    public long Size => axes.Aggregate((long)models.Count, (size, axis) => size > long.MaxValue / axis.Count ? long.MaxValue : size * axis.Count);

    /// <summary>A grid: an object with axes, each a value or an array of values.</summary>
    public static SweepGrid Read(PlanValue value, PlanModels models) => Read(value, models, axis => axis.OneOrMore());

    /// <summary>A single point: an object with one value per axis.</summary>
    public static SweepGrid ReadPoint(PlanValue value, PlanModels models) => Read(value, models, axis => [axis]);

    public IEnumerable<SweepPoint> Points()
    {
        IEnumerable<Workload> workloads = [new()];
        foreach (var axis in axes)
            workloads = workloads.SelectMany(_ => axis, (workload, set) => set(workload));
        // A chunk as long as the prompt means no chunking; without this the point would be measured twice.
        var all = workloads.Select(w => w.PrefillChunk >= w.Prompt ? w with { PrefillChunk = null } : w).ToList();
        return models.SelectMany(_ => all, (model, workload) => new SweepPoint(model.Runnable.Model, workload.For(model.Runnable.Model), model.Facts) { WeightsOf = model.Runnable.Weights is null ? null : model.Runnable.Path });
    }

    private static SweepGrid Read(PlanValue value, PlanModels models, Func<PlanValue, IReadOnlyList<PlanValue>> values)
    {
        var fields = value.Fields(SweepAxis.Fields);
        if (!fields.TryGetValue(SweepAxis.Model, out var names))
            throw new InputException($"{value.Where}: missing {SweepAxis.Model}; must be a preset, a config.json or an array of them");
        return new(
            value.Where,
            [.. values(names).Select(models.Find)],
            [.. SweepAxis.All
                .Where(axis => fields.ContainsKey(axis.Field))
                .Select(axis => (IReadOnlyList<Func<Workload, Workload>>)[.. values(fields[axis.Field]).Select(axis.Read)])]);
    }
}
