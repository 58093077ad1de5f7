using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>
/// A model of a few kilobytes with the same types and kernels, run first so that libraries load and allocate their
/// workspaces before the measurement begins.
/// </summary>
public static class WarmUp
{
    private const int HeadDim = 8, Width = 64, Vocabulary = 64, Positions = 8;

    /// <summary>The warm-up for a model and workload.</summary>
    public static (ModelSpec Model, Workload Workload) Of(ModelSpec model, Workload workload) => (
        Small(model),
        // Two sequences where there are several: single rows may go another way than the run's, and leave a library's workspace to it.
        workload with { Batch = Math.Min(workload.Batch, 2), Prompt = 4, NewTokens = 2 });

    /// <summary>Its first layer, or the first with experts, narrow, between an embedding and an output layer of few words.</summary>
    private static ModelSpec Small(ModelSpec model)
    {
        var d = HeadDim * (model.Sublayers.OfType<Attention>().FirstOrDefault()?.Heads ?? HeadDim);
        var block = model.Blocks.FirstOrDefault(block => block.Sublayers.Any(sublayer => sublayer is Experts)) ?? model.Blocks[0];
        return model with
        {
            Name = "warm-up",
            DModel = d,
            Positions = Positions,
            Tokens = model.Tokens with { Rows = Vocabulary, Width = d },
            LearnedPositions = model.LearnedPositions is { } table ? table with { Rows = Positions + model.PositionOffset, Width = d } : null,
            EmbeddingNorm = Of(model.EmbeddingNorm, d),
            EmbeddingProjection = model.EmbeddingProjection is { } inner ? inner with { Inputs = d, Outputs = d } : null,
            PerLayerInputs = model.PerLayerInputs is { } inputs ? Of(inputs, d) : null,
            Blocks = [block with { Branches = [.. block.Branches.Select(branch => Of(branch, d))] }],
            FinalNorm = Of(model.FinalNorm, d),
            OutputProjection = model.OutputProjection is { } outer ? outer with { Inputs = d, Outputs = d } : null,
            Output = model.Output with { Inputs = d, Outputs = Vocabulary },
        };
    }

    private static Branch Of(Branch branch, int d) => branch with
    {
        Before = Of(branch.Before, d),
        After = Of(branch.After, d),
        AfterSum = Of(branch.AfterSum, d),
        Sublayer = branch.Sublayer switch
        {
            Attention attention => Of(attention, d),
            LatentAttention attention => Of(attention, d),
            FeedForward feedForward => Of(feedForward, d),
            Experts experts => Of(experts, d),
            Projection projection => new Projection(projection.Layer with { Inputs = d, Outputs = d }),
            SideBySide sublayers => new SideBySide([.. sublayers.Branches.Select(each => Of(each, d))]),
            PerLayerInput input => input with
            {
                Gate = input.Gate with { Inputs = d, Outputs = HeadDim },
                Projection = input.Projection with { Inputs = HeadDim, Outputs = d },
            },
            _ => branch.Sublayer,
        },
    };

    private static PerLayerInputs Of(PerLayerInputs inputs, int d) => new(
        inputs.Tokens with { Rows = Vocabulary, Width = HeadDim }, inputs.Projection with { Inputs = d, Outputs = HeadDim }, inputs.Norm with { Width = HeadDim });

    private static Attention Of(Attention attention, int d)
    {
        var small = attention with { HeadDim = HeadDim };
        var widths = (attention.QueryWidth, attention.KvWidth);
        return small with
        {
            Projections = [.. attention.Projections.Select(linear => linear with { Inputs = d, Outputs = linear.Outputs / attention.HeadDim * HeadDim })],
            Output = attention.Output with { Inputs = small.QueryWidth, Outputs = d },
            QueryNorm = OfHeads(attention.QueryNorm, small.QueryWidth, widths.QueryWidth),
            KeyNorm = OfHeads(attention.KeyNorm, small.KvWidth, widths.KvWidth),
            ValueNorm = OfHeads(attention.ValueNorm, small.KvWidth, widths.KvWidth),
            Positions = attention.Positions is Rotary rotary ? Of(rotary, attention.HeadDim) : attention.Positions,
        };
    }

    private static LatentAttention Of(LatentAttention attention, int d)
    {
        var queries = 2L * attention.Heads * HeadDim;
        return attention with
        {
            KvRank = HeadDim,
            PlainDim = HeadDim,
            RotaryDim = HeadDim,
            ValueDim = HeadDim,
            Queries = attention.Queries is [var narrow, var wide]
                ? [narrow with { Inputs = d, Outputs = HeadDim }, wide with { Inputs = HeadDim, Outputs = queries }]
                : [attention.Queries[0] with { Inputs = d, Outputs = queries }],
            QueryNorm = Of(attention.QueryNorm, HeadDim),
            Compress = attention.Compress with { Inputs = d, Outputs = 2 * HeadDim },
            KeptNorm = attention.KeptNorm with { Width = HeadDim },
            Expand = attention.Expand with { Inputs = HeadDim, Outputs = queries },
            Output = attention.Output with { Inputs = (long)attention.Heads * HeadDim, Outputs = d },
            Positions = attention.Positions is { } rotary ? Of(rotary, attention.RotaryDim) : null,
        };
    }

    /// <summary>As large a part of the head as before, in whole pairs.</summary>
    private static Rotary Of(Rotary rotary, int headDim) =>
        rotary with { Width = rotary.Width == headDim ? HeadDim : HeadDim / 2, Scaling = null };

    private static FeedForward Of(FeedForward feedForward, int d) => feedForward with
    {
        Width = Width,
        Gate = feedForward.Gate is { } gate ? gate with { Inputs = d, Outputs = Width } : null,
        Up = feedForward.Up with { Inputs = d, Outputs = feedForward is { Gate: null, IsGated: true } ? 2 * Width : Width },
        Down = feedForward.Down with { Inputs = Width, Outputs = d },
    };

    private static Experts Of(Experts experts, int d) => experts with
    {
        Width = Width,
        Router = experts.Router with { Inputs = d },
        RouterNorm = Of(experts.RouterNorm, d),
        RouterVectors = experts.RouterNorm is null ? experts.RouterVectors
            : [experts.RouterVectors[0] with { Shape = [d] }, .. experts.RouterVectors.Skip(1)],
        Routed = [.. experts.Routed.Select((weight, number) => weight with { Shape = ShapeOf(experts, number, d) })],
        Narrow = experts.Narrow is { } narrow ? narrow with { Inputs = d, Outputs = d } : null,
        Widen = experts.Widen is { } widen ? widen with { Inputs = d, Outputs = d } : null,
        Shared = experts.Shared is { } shared ? Of(shared, d) : null,
        SharedGate = experts.SharedGate is { } gate ? gate with { Inputs = d } : null,
    };

    /// <summary>A tensor of the experts, by its number among them.</summary>
    private static Sequence<long> ShapeOf(Experts experts, int number, int d)
    {
        var (perExpert, first) = experts.IsGated ? (3, 2 * Width) : (2, Width);
        return experts.Layout switch
        {
            ExpertLayout.Each => number % perExpert == perExpert - 1 ? [d, Width] : [Width, d],
            ExpertLayout.Rows => [(long)experts.Count * Width, d],
            _ => number switch
            {
                0 => [experts.Count, first, d],
                1 => [experts.Count, d, Width],
                2 => [experts.Count, first],
                _ => [experts.Count, d],
            },
        };
    }

    private static Norm? Of(Norm? norm, long width) => norm is null ? null : norm with { Width = width };

    /// <summary>Of all heads together, or of each.</summary>
    private static Norm? OfHeads(Norm? norm, long all, long before) => Of(norm, norm?.Width == before ? all : HeadDim);
}
