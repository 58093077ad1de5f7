using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models;

/// <summary>What queries are multiplied by at each position of a workload, [L, 1], computed once.</summary>
/// <param name="Name">Name of its tensor.</param>
/// <param name="Growth">How they grow.</param>
/// <param name="Length">L.</param>
public sealed record GrowthTable(string Name, QueryGrowth Growth, int Length)
{
    /// <summary>The tables of a model.</summary>
    public static IReadOnlyList<GrowthTable> Of(ModelSpec model, Workload workload) =>
        [.. Kinds(model).Select((growth, number) => new GrowthTable($"growth.{number}", growth, workload.Length))];

    /// <summary>Which of them an attention, latent or not, takes; null if its queries don't grow.</summary>
    internal static int? Number(Sublayer attention, ModelSpec model) =>
        QueryGrowth.Of(attention) is { } growth ? Kinds(model).IndexOf(growth) : null;

    /// <summary>Its rows, position by position.</summary>
    public IEnumerable<double[]> Rows() => Enumerable.Range(0, Length).Select(position => (double[])[Growth.At(position)]);

    private static List<QueryGrowth> Kinds(ModelSpec model) => [.. model.Sublayers.Select(QueryGrowth.Of).OfType<QueryGrowth>().Distinct()];
}

/// <summary>How queries grow with their position.</summary>
/// <param name="Temperature">By steps; null if not so.</param>
/// <param name="LogLength">By log(length) / log(it) where sequences are longer; null if not so.</param>
public sealed record QueryGrowth(QueryTemperature? Temperature, int? LogLength)
{
    /// <summary>Null if queries don't grow.</summary>
    public static QueryGrowth? Of(Sublayer sublayer) => sublayer switch
    {
        Attention { Temperature: null, QueryLogLength: null } => null,
        Attention attention => new(attention.Temperature, attention.QueryLogLength),
        LatentAttention { Temperature: { } temperature } => new(temperature, null),
        _ => null,
    };

    /// <summary>What queries at a position are multiplied by.</summary>
    public double At(int position)
    {
        var length = position + 1L;
        var steps = Temperature is { } t ? 1 + (t.Strength * Math.Log(1 + Math.Floor((t.IsFromZero ? position : length) / (double)t.Every))) : 1;
        return LogLength is { } trained && length > trained ? steps * Math.Log(length, trained) : steps;
    }
}
