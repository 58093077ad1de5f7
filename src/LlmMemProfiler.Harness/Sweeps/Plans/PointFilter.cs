using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>Conditions on a point's fields, all of which must hold: {"dtype": "int8", "length": {"more_than": 512}}.</summary>
internal sealed class PointFilter
{
    private static readonly Dictionary<string, (Func<SweepPoint, long?> Of, Func<PlanValue, long> Read)> Numbers = new()
    {
        ["batch"] = (p => p.Workload.Batch, v => v.Number()),
        ["prompt"] = (p => p.Workload.Prompt, v => v.LengthOrNumber()),
        ["new_tokens"] = (p => p.Workload.NewTokens, v => v.LengthOrNumber()),
        ["length"] = (p => (long)p.Workload.Prompt + p.Workload.NewTokens, v => v.LengthOrNumber()),
        ["cache_block"] = (p => p.WorkloadFacts.CacheBlock, v => v.LengthOrNumber()),
        ["prefill_chunk"] = (p => p.Workload.PrefillChunk, v => v.LengthOrNumber()),
        ["parameters"] = (p => p.ModelFacts.Parameters, v => v.Number()),
    };

    private static readonly Dictionary<string, (Func<SweepPoint, string> Of, IEnumerable<string>? Known)> Named = new()
    {
        ["model"] = (p => p.Model.Name, null),
        ["dtype"] = (p => p.WorkloadFacts.Dtype.Name(), DataTypes.OfWeights.Keys),
        // Of keys and values that have different types it is neither's.
        ["kv_dtype"] = (p => p.WorkloadFacts.CacheWords, CacheTypes.Known.Keys),
        ["k_dtype"] = (p => p.WorkloadFacts.CacheType(CacheSide.Keys).Stored.Name(), CacheTypes.Known.Keys),
        ["v_dtype"] = (p => p.WorkloadFacts.CacheType(CacheSide.Values).Stored.Name(), CacheTypes.Known.Keys),
        ["cache"] = (p => p.WorkloadFacts.Cache.Name(), Words.Of<CachePolicy>().Keys),
        ["window_cache"] = (p => p.WorkloadFacts.WindowCache.Name(), Words.Of<WindowCache>().Keys),
        ["attention"] = (p => p.WorkloadFacts.Attention.Name(), Words.Of<AttentionKernel>().Keys),
        ["grouped_heads"] = (p => p.WorkloadFacts.GroupedHeads.Name(), Words.Of<GroupedHeads>().Keys),
        ["logits"] = (p => p.WorkloadFacts.Logits.Name(), Words.Of<LogitsFor>().Keys),
    };

    private static readonly Dictionary<string, Func<long, long, bool>> Comparisons = new()
    {
        ["at_least"] = (a, b) => a >= b,
        ["at_most"] = (a, b) => a <= b,
        ["more_than"] = (a, b) => a > b,
        ["less_than"] = (a, b) => a < b,
    };

    private readonly IReadOnlyList<Func<SweepPoint, bool>> conditions;

    private PointFilter(IReadOnlyList<Func<SweepPoint, bool>> conditions) => this.conditions = conditions;

    /// <param name="value">An object of conditions.</param>
    /// <param name="models">The names of the plan's models; others are errors.</param>
    public static PointFilter Read(PlanValue value, IReadOnlyCollection<string> models)
    {
        var fields = value.Fields([.. Named.Keys, .. Numbers.Keys]);
        if (fields.Count == 0)
            throw value.Invalid("an object with at least one condition");
        return new([.. fields.Select(field => Numbers.TryGetValue(field.Key, out var number)
            ? OfNumber(field.Value, number.Of, number.Read)
            : Named[field.Key] is (var of, { } known)
            ? OfWord(field.Value, of, known, StringComparer.OrdinalIgnoreCase)
            // Two models' names may differ in case only.
            : OfWord(field.Value, Named[field.Key].Of, models, StringComparer.Ordinal))]);
    }

    public bool Holds(SweepPoint point) => conditions.All(condition => condition(point));

    private static Func<SweepPoint, bool> OfWord(PlanValue value, Func<SweepPoint, string> field, IEnumerable<string> known, StringComparer comparer)
    {
        var words = known.ToDictionary(word => word, comparer);
        var wanted = value.OneOrMore().Select(v => v.Word(words)).ToHashSet();
        return point => wanted.Contains(field(point));
    }

    private static Func<SweepPoint, bool> OfNumber(PlanValue value, Func<SweepPoint, long?> field, Func<PlanValue, long> read)
    {
        if (!value.IsObject)
        {
            var wanted = value.OneOrMore().Select(v => v.IsNull ? (long?)null : read(v)).ToHashSet();
            return point => wanted.Contains(field(point));
        }
        var bounds = value.Fields(Comparisons.Keys).Select(b => (Compare: Comparisons[b.Key], Bound: read(b.Value))).ToList();
        if (bounds.Count == 0)
            throw value.Invalid(string.Join(" or ", Comparisons.Keys));
        // A missing number, such as the chunk of an unchunked prefill, satisfies no bounds.
        return point => field(point) is { } number && bounds.All(b => b.Compare(number, b.Bound));
    }
}
