using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Fits;

/// <summary>One constant, or one for each data type, or for each attention kernel of a type: as many as the data tells apart.</summary>
internal static class KeyedConstants
{
    /// <summary>A group smaller than this gets no constant of its own; all such share one.</summary>
    private const int LeastGroup = 3;

    /// <summary>Two medians that are further apart than this many standard errors are two constants.</summary>
    private const double ClearlyApart = 3;

    public static IReadOnlyList<KeyedConstant> Of(IReadOnlyCollection<KeyedValue> values) =>
    [
        .. from type in Split(values, v => v.Dtype)
           from kernel in Split(type.Values, v => v.Attention)
           select new KeyedConstant(type.Key, kernel.Key, FittedConstant.Of(kernel.Bytes)),
    ];

    /// <summary>The values by key, small groups together under null; all of them together where no group differs from another.</summary>
    private static List<Group<T>> Split<T>(IReadOnlyCollection<KeyedValue> values, Func<KeyedValue, T> key) where T : struct, Enum
    {
        var groups = values.GroupBy(key)
            .ToLookup(g => g.Count() >= LeastGroup ? g.Key : (T?)null, g => g)
            .OrderBy(g => g.Key?.Name(), StringComparer.Ordinal)
            .Select(g => new Group<T>(g.Key, [.. g.SelectMany(v => v)]))
            .ToList();
        var isSplit = groups.Exists(a => groups.Exists(b => AreApart(a, b)));
        return isSplit ? groups : [new(null, values)];
    }

    private static bool AreApart<T>(Group<T> a, Group<T> b) where T : struct, Enum
    {
        if (a.Values.Count < LeastGroup || b.Values.Count < LeastGroup)
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

/// <summary>Bytes seen with a type of the weights and an attention kernel.</summary>
internal readonly record struct KeyedValue(DataType Dtype, AttentionKernel Attention, double Bytes);
