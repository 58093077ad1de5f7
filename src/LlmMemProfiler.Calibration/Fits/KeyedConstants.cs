using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Fits;

/// <summary>One constant overall, or one per data type, or one per type and attention kernel: as many as the data can distinguish.</summary>
internal static class KeyedConstants
{
    /// <summary>Smaller groups share one constant.</summary>
    private const int MinGroup = 3;

    /// <summary>Medians at least this many standard errors apart get separate constants.</summary>
    private const double ClearlyApart = 3;

    public static IReadOnlyList<KeyedConstant> Of(IReadOnlyCollection<KeyedValue> values) =>
    [
        .. from type in Split(values, v => v.Dtype)
           from kernel in Split(type.Values, v => v.Attention)
           select new KeyedConstant(type.Key, kernel.Key, FittedConstant.Of(kernel.Bytes)),
    ];

    /// <summary>Values by key, with small groups merged under null; a single group if no two differ.</summary>
    private static List<Group<T>> Split<T>(IReadOnlyCollection<KeyedValue> values, Func<KeyedValue, T> key) where T : struct, Enum
    {
        var groups = values.GroupBy(key)
            .ToLookup(g => g.Count() >= MinGroup ? g.Key : (T?)null, g => g)
            .OrderBy(g => g.Key?.Name(), StringComparer.Ordinal)
            .Select(g => new Group<T>(g.Key, [.. g.SelectMany(v => v)]))
            .ToList();
        var isSplit = groups.Exists(a => groups.Exists(b => AreApart(a, b)));
        return isSplit ? groups : [new(null, values)];
    }

    private static bool AreApart<T>(Group<T> a, Group<T> b) where T : struct, Enum
    {
        if (a.Values.Count < MinGroup || b.Values.Count < MinGroup)
            return false;
        var (one, other) = (FittedConstant.Of(a.Bytes), FittedConstant.Of(b.Bytes));
        return Math.Abs((double)(one.Value - other.Value).Bytes)
            > ClearlyApart * Math.Sqrt(Math.Pow(one.StandardError(), 2) + Math.Pow(other.StandardError(), 2));
    }

    private sealed record Group<T>(T? Key, IReadOnlyCollection<KeyedValue> Values) where T : struct, Enum
    {
        public double[] Bytes { get; } = [.. Values.Select(v => v.Bytes)];
    }
}

/// <summary>Bytes observed with a weight type and an attention kernel.</summary>
internal readonly record struct KeyedValue(DataType Dtype, AttentionKernel Attention, double Bytes);
