using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Core.Models;

/// <summary>What the router of a run decided: rows of each expert, by pass and layer. Of a pass that it does not know, all as many.</summary>
public sealed class RecordedLoads : ExpertLoads
{
    /// <summary>Experts with rows that are kept; some megabytes.</summary>
    private const int Limit = 1 << 20;

    private readonly Dictionary<(Phase Phase, int Step, int? Layer), ExpertLoad[]> loads = [];
    private int kept;

    /// <summary>False if the run was too long to keep all of it.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Pass by pass, layer by layer.</summary>
    public IEnumerable<(Phase Phase, int Step, int? Layer, IReadOnlyList<ExpertLoad> Rows)> All =>
        loads.Select(load => (load.Key.Phase, load.Key.Step, load.Key.Layer, (IReadOnlyList<ExpertLoad>)load.Value));

    /// <param name="place">The pass and the layer.</param>
    /// <param name="counts">Rows of each expert.</param>
    public void Add(Tag place, IReadOnlyList<long> counts)
    {
        ExpertLoad[] some = [.. counts.Select((rows, expert) => new ExpertLoad(expert, rows)).Where(load => load.Rows > 0)];
        if (kept + some.Length > Limit)
        {
            IsComplete = false;
            return;
        }
        kept += some.Length;
        loads[(place.Phase, place.Step, place.Layer)] = some;
    }

    public override IReadOnlyList<long> Counts(Tag place, long rows, int experts, int picked)
    {
        if (!loads.TryGetValue((place.Phase, place.Step, place.Layer), out var some))
            return Balanced.Counts(place, rows, experts, picked);
        var counts = new long[experts];
        foreach (var load in some)
            counts[load.Expert] = load.Rows;
        return counts;
    }
}

/// <summary>Rows that an expert got.</summary>
public readonly record struct ExpertLoad(int Expert, long Rows);
