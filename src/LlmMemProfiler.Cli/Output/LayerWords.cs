using System.Globalization;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Output;

/// <summary>Says what stands in a layer, in words and numbers.</summary>
internal static class LayerWords
{
    public static string Of(DecoderBlock block)
    {
        var join = block.Residual switch
        {
            Residual.Parallel => " (in parallel)",
            Residual.SharedNorm => " (in parallel, one norm)",
            _ => "",
        };
        return string.Join("; ", block.Branches.Select(Of)) + join + (block.OutputScale.Count > 0 ? ", times a learned number" : "");
    }

    private static string Of(Branch branch) => Of(branch.Sublayer) + Norms(branch) + (branch.Scale != 1 ? Text($", times {branch.Scale:0.####}") : "")
        + (branch.ResidualScale != 1 || branch.AddsToNormed ? Text($", added to the {(branch.AddsToNormed ? "normed " : "")}input times {branch.ResidualScale:0.####}") : "");

    private static string Norms(Branch branch)
    {
        var places = new (Norm? Norm, string Place)[] { (branch.Before, "before"), (branch.After, "after"), (branch.AfterSum, "after the sum") };
        var there = places.Where(place => place.Norm is not null).ToList();
        return there.Count == 0 ? "" : Text($", {there[0].Norm!.Kind.Name()} {string.Join(" and ", there.Select(place => place.Place))}");
    }

    private static string Of(Sublayer sublayer) => sublayer switch
    {
        Attention a => Of(a),
        LatentAttention a => Text(
            $"latent attention, {a.Heads} heads of {a.PlainDim} + {a.RotaryDim}, values of {a.ValueDim}, from {a.KvRank}{Positions(a.Positions)}{(a.ScoreScale is { } scale ? $", scores times {scale:0.####}" : "")}{(a.Temperature is { } temperature ? $", {Of(temperature)}" : "")}{Picks(a)}"),
        SideBySide s => "side by side: " + string.Join(" and ", s.Branches.Select(Of)),
        PerLayerInput p => Text($"the layer's own input of {p.Gate.Outputs:N0}, {p.Activation.Name()}"),
        CrossAttention => "attention to an encoder",
        StateSpace s => Text($"{s.Kind.Name()}, a state of {s.Kept.Sum(state => state.Elements):N0}"),
        Projection p => Text($"a linear layer {p.Layer.Inputs:N0} to {p.Layer.Outputs:N0}"),
        FeedForward f => Text($"feed-forward of {f.Width:N0}, {(f.IsGated ? "gated " : "")}{f.Activation.Name()}{(f.IsGateLast ? ", the gate last" : "")}"),
        Experts e => Of(e),
        _ => throw new ArgumentOutOfRangeException(nameof(sublayer), sublayer, "not a sublayer"),
    };

    private static string Of(QueryTemperature temperature) =>
        Text($"queries growing by {temperature.Strength:0.####} every {temperature.Every:N0}{(temperature.IsFromZero ? " from position 0" : "")}");

    private static string Picks(LatentAttention a) => a.Indexer is { } indexer
        ? Text($", {indexer.Picked:N0} tokens picked by {indexer.Heads} heads of {indexer.HeadDim}{Positions(indexer.Positions)}")
        : a.PicksOf is { } other ? Text($", tokens picked by layer {other}") : "";

    private static string Of(Experts e)
    {
        var routing = e.Routing;
        string?[] rest =
        [
            e.IsGated ? Text($"gated {e.Activation.Name()}") : e.Activation.Name(),
            routing.Scores switch
            {
                RouterScores.Softmax => "by softmax",
                RouterScores.Sigmoid => "by sigmoid",
                RouterScores.SoftmaxOfPicked => "weighted by their softmax",
                _ => Text($"by a softmax one after the other, those within {routing.Tolerance:0.####}"),
            } + (e.RouterNorm is not null ? " of the normed state" : ""),
            routing.Groups > 1 ? Text($"from {routing.PickedGroups} of {routing.Groups} groups (the best {routing.BestOfGroup} count)") : null,
            routing.IsNormalized ? "normalized" : null,
            routing.Scale != 1 ? Text($"times {routing.Scale:0.####}") : null,
            routing.WeighsInputs ? "weights before the experts" : null,
            e.Clamp is { } clamp ? Text($"clamped at {clamp.Limit:0.####}, slope {clamp.Slope:0.####}") : null,
            e.Narrow is { } narrow ? Text($"narrowed to {narrow.Outputs:N0}") : null,
            e.Shared is { } shared ? Text($"shared one of {shared.Width:N0}{(e.SharedGate is not null ? " with a gate" : "")}") : null,
            e.Layout switch
            {
                ExpertLayout.Stacked => "kept together",
                ExpertLayout.StackedInTurn => "kept together, rows of gate and up in turn",
                ExpertLayout.Rows => "kept below each other",
                _ => null,
            },
        ];
        return Text($"{e.Count} experts of {e.Width:N0}, {e.Picked} picked{string.Concat(rest.Where(word => word is not null).Select(word => $", {word}"))}");
    }

    private static string Of(Attention a)
    {
        var heads = a.KvHeads == a.Heads ? Text($"{a.Heads} heads of {a.HeadDim}") : Text($"{a.Heads} heads of {a.HeadDim} on {a.KvHeads}");
        string?[] rest =
        [
            a.Layout switch
            {
                ProjectionLayout.SharedKeyValue => "values are keys",
                ProjectionLayout.QueriesOnly => Text($"keys and values of layer {a.KeysOf}"),
                _ => null,
            },
            a.QueryNorm is { } norm ? (a.IsRotatedFirst ? "queries and keys normed after" : "normed queries and keys") + (norm.Heads is null ? "" : ", a weight for each head") : null,
            a.ProjectionLimit is { } limit ? Text($"queries, keys and values within {limit:0.####}") : null,
            a.Temperature is { } temperature ? Of(temperature) : null,
            a.Window is { } window ? Text($"{(a.IsChunked ? "chunks" : "a window")} of {window:N0}") : null,
            a.IsGated ? "gated" : null,
            a.Sinks.Count > 0 ? "sinks" : null,
            a.ScoreScale is { } scale ? Text($"scores times {scale:0.####}") : null,
            a.QueryLogLength is { } length ? Text($"queries scaled by log beyond {length:N0}") : null,
            a.ScoreCap is { } cap ? Text($"scores capped at {cap:0.####}") : null,
        ];
        return $"attention, {heads}{Positions(a.Positions)}{string.Concat(rest.Where(word => word is not null).Select(word => $", {word}"))}";
    }

    private static string Positions(ScorePositions? positions) => positions switch
    {
        null => "",
        Alibi alibi => Text($", ALiBi up to {alibi.LargestBias:0.####}{(alibi.Scale != 1 ? Text($" times {alibi.Scale:0.####}") : "")}"),
        Rotary r => Text($", rotary {r.Width} at {r.Base:N0}{(r.IsInterleaved ? " interleaved" : "")}{(r.Scaling is { } scaling ? Of(scaling) : "")}"),
        _ => throw new ArgumentOutOfRangeException(nameof(positions), positions, "not a kind of positions"),
    };

    private static string Of(RotaryScaling scaling)
    {
        var numbers = scaling.Numbers.Select(number => Text($"{number.Name} {number.Number:0.####}"))
            .Concat(scaling.Factors.Select(list => Text($"{list.Name} of {list.Factors.Count}")));
        return $" {scaling.Kind} ({string.Join(", ", numbers)})";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
