using LlmMemProfiler.Calibration.Profiles;


namespace LlmMemProfiler.Calibration.Fits;

/// <summary>One constant, or one for each data type, or for each attention kernel of a type: as many as the data tells apart.</summary>
internal static class KeyedConstants
{
    /// <summary>A group smaller than this gets no constant of its own; all such share one.</summary>
    private const int LeastGroup = 3;

    /// <summary>Two medians that are further apart than this many standard errors are two constants.</summary>
    private const double ClearlyApart = 3;

    public static IReadOnlyList<KeyedConstant> Of(IReadOnlyCollection<(string Dtype, string Attention, double Bytes)> values) =>
    [
        .. from type in Split(values, v => v.Dtype)
           from kernel in Split(type.Values, v => v.Attention)
           select new KeyedConstant(type.Key, kernel.Key, FittedConstant.Of(kernel.Bytes)),
    ];

    /// <summary>The values by key, small groups together under null; all of them together where no group differs from another.</summary>
    private static List<Group> Split(
        IReadOnlyCollection<(string Dtype, string Attention, double Bytes)> values, Func<(string Dtype, string Attention, double Bytes), string> key)
    {
        var groups = values.GroupBy(key)
            .ToLookup(g => g.Count() >= LeastGroup ? g.Key : null, g => g)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new Group(g.Key, [.. g.SelectMany(v => v)]))
            .ToList();
        var isSplit = groups.Exists(a => groups.Exists(b => AreApart(a, b)));
        return isSplit ? groups : [new(null, values)];
    }

    private static bool AreApart(Group a, Group b)
    {
        if (a.Values.Count < LeastGroup || b.Values.Count < LeastGroup)
            return false;
        var (one, other) = (FittedConstant.Of(a.Bytes), FittedConstant.Of(b.Bytes));
        return Math.Abs((double)(one.Value - other.Value).Bytes)
            > ClearlyApart * Math.Sqrt(Math.Pow(one.StandardError(), 2) + Math.Pow(other.StandardError(), 2));
    }

    private sealed record Group(string? Key, IReadOnlyCollection<(string Dtype, string Attention, double Bytes)> Values)
    {
        public double[] Bytes { get; } = [.. Values.Select(v => v.Bytes)];
    }
}
