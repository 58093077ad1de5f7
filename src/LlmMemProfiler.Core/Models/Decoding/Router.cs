using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>Picks experts for each row, with weights; scores are in FP32.</summary>
internal sealed class Router<TTensor>(Experts experts, Assembly<TTensor> parts)
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops = parts.Ops;
    private readonly DataType type = parts.Workload.ComputeType;
    private readonly Routing routing = experts.Routing;
    private readonly LinearLayer<TTensor> linear = parts.Linear(experts.Router);
    private readonly TTensor? correction = experts.RouterVectors.Count == 1 ? parts.Tensor(experts.RouterVectors[0].Name) : null;
    private readonly RouterScaling<TTensor>? scaling = experts.RouterNorm is { } norm ? new(norm, experts.RouterVectors, parts) : null;

    /// <summary>[n, d] → rows in the order of their experts, with the weights of their outputs.</summary>
    /// <param name="input">What the experts read.</param>
    /// <param name="before">The same before its norm.</param>
    public RoutedRows<TTensor> Forward(TTensor input, TTensor before)
    {
        var (weights, picks) = Picks(input, before);
        TTensor order;
        IReadOnlyList<long> counts;
        using (picks)
            order = ops.SortByExpert(picks, experts.Count, out counts);
        using (weights)
        using (order)
        {
            var rows = Row(order, 0);
            using var places = Row(order, 1);
            using var column = ops.InRowsOf(weights, 1);
            return new(rows, ops.SelectRows(column, places), counts);
        }
    }

    /// <summary>A view: [2, m] → [m].</summary>
    private TTensor Row(TTensor order, int number)
    {
        using var row = ops.Narrow(order, 0, number, 1);
        return ops.Flatten(row);
    }

    /// <summary>Weights in the compute type, and experts, [n, k].</summary>
    private (TTensor Weights, TTensor Picks) Picks(TTensor input, TTensor before)
    {
        var (values, picks) = Weighed(input, before);
        if (type != DataType.Float32)
            values = Instead(values, wide => ops.Cast(wide, type));
        scaling?.Weigh(values, picks);
        return (values, picks);
    }

    private (TTensor Weights, TTensor Picks) Weighed(TTensor input, TTensor before)
    {
        using var scores = Scores(Logits(input, before));
        if (routing.Scores == RouterScores.SparseMixer)
            return ops.SparseMixer(scores, experts.Picked, routing.Tolerance!.Value);
        var (values, picks) = Best(scores);
        if (correction is not null)
            values = Instead(values, _ => ops.Gather(scores, picks));
        if (routing.Scores == RouterScores.SoftmaxOfPicked)
            values = Instead(values, ops.Softmax);
        if (routing.IsNormalized)
        {
            using var sums = ops.RowSums(values);
            ops.Divide(values, sums);
        }
        if (routing.Scale != 1)
            ops.Scale(values, routing.Scale);
        return (values, picks);
    }

    private TTensor Logits(TTensor input, TTensor before)
    {
        using var scaled = scaling?.Input(before);
        var logits = linear.Forward(scaled ?? input);
        return type == DataType.Float32 ? logits : Instead(logits, narrow => ops.Cast(narrow, DataType.Float32));
    }

    private TTensor Scores(TTensor logits) => routing.Scores switch
    {
        RouterScores.Softmax => Instead(logits, ops.Softmax),
        RouterScores.Sigmoid => Instead(logits, ops.Sigmoid),
        RouterScores.SoftmaxOfPicked or RouterScores.SparseMixer => logits,
        _ => throw new InvalidOperationException($"scores by {routing.Scores} are not executed"),
    };

    private (TTensor Values, TTensor Picks) Best(TTensor scores)
    {
        using var corrected = Corrected(scores);
        using var shown = routing.Groups == 1 ? null : ops.InBestGroups(corrected ?? scores, routing);
        return ops.TopK(shown ?? corrected ?? scores, experts.Picked);
    }

    private TTensor? Corrected(TTensor scores)
    {
        if (correction is null)
            return null;
        using var wide = type == DataType.Float32 ? null : ops.Cast(correction, DataType.Float32);
        return ops.Add(scores, wide ?? correction);
    }

    private static TTensor Instead(TTensor x, Func<TTensor, TTensor> make)
    {
        using (x)
            return make(x);
    }
}

/// <summary>Rows of a pass in the order of the experts that they go to.</summary>
/// <param name="Rows">Their numbers, [m] INT64.</param>
/// <param name="Weights">[m, 1].</param>
/// <param name="Counts">How many each expert gets.</param>
internal readonly record struct RoutedRows<TTensor>(TTensor Rows, TTensor Weights, IReadOnlyList<long> Counts) : IDisposable
    where TTensor : class, IDisposable
{
    public void Dispose()
    {
        Rows.Dispose();
        Weights.Dispose();
    }
}
