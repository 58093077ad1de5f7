using LlmMemProfiler.Core.Calibration;

namespace LlmMemProfiler.Calibration;

/// <summary>One constant, or one for each data type, or for each attention kernel of a type: as many as the data tells apart.</summary>
internal static class KeyedConstants
{
    /// <summary>A group smaller than this is not split off.</summary>
    private const int LeastGroup = 3;

    /// <summary>Two medians that are further apart than this many standard errors are two constants.</summary>
    private const double ClearlyApart = 3;

    public static IReadOnlyList<KeyedConstant> Of(IReadOnlyCollection<(string Dtype, string Attention, double Bytes)> values)
    {
        var split = new List<KeyedConstant>();
        foreach (var type in Groups(values, v => v.Dtype, key => new(key, null, RobustConstant.Of(Bytes(values)))))
        {
            var ofType = type.Dtype is null ? values : [.. values.Where(v => v.Dtype == type.Dtype)];
            split.AddRange(Groups(ofType, v => v.Attention, key => type with { Attention = key }));
        }
        return split;
    }

    private static List<KeyedConstant> Groups(
        IReadOnlyCollection<(string Dtype, string Attention, double Bytes)> values,
        Func<(string Dtype, string Attention, double Bytes), string> key,
        Func<string?, KeyedConstant> named)
    {
        var groups = values.GroupBy(key).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => named(g.Key) with { Constant = RobustConstant.Of([.. g.Select(v => v.Bytes)]) })
            .ToList();
        var isSplit = groups.All(g => g.Constant.Count >= LeastGroup) && groups.Exists(a => groups.Exists(b => AreApart(a.Constant, b.Constant)));
        return isSplit ? groups : [named(null) with { Constant = RobustConstant.Of(Bytes(values)) }];
    }

    private static bool AreApart(FittedConstant a, FittedConstant b) =>
        Math.Abs((double)(a.Value - b.Value).Bytes)
            > ClearlyApart * Math.Sqrt(Math.Pow(RobustConstant.StandardError(a), 2) + Math.Pow(RobustConstant.StandardError(b), 2));

    private static double[] Bytes(IEnumerable<(string Dtype, string Attention, double Bytes)> values) => [.. values.Select(v => v.Bytes)];
}
