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

    /// <summary>Its first layer, narrow, between an embedding and an output layer of few words.</summary>
    private static ModelSpec Small(ModelSpec model)
    {
        var d = HeadDim * (model.Sublayers.OfType<Attention>().FirstOrDefault()?.Heads ?? HeadDim);
        return model with
        {
            Name = "warm-up",
            DModel = d,
            Positions = Positions,
            Tokens = model.Tokens with { Rows = Vocabulary, Width = d },
            LearnedPositions = model.LearnedPositions is { } table ? table with { Rows = Positions + model.PositionOffset, Width = d } : null,
            EmbeddingNorm = Of(model.EmbeddingNorm, d),
            EmbeddingProjection = model.EmbeddingProjection is { } inner ? inner with { Inputs = d, Outputs = d } : null,
            Blocks = [model.Blocks[0] with { Branches = [.. model.Blocks[0].Branches.Select(branch => Of(branch, d))] }],
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
            FeedForward feedForward => Of(feedForward, d),
            _ => branch.Sublayer,
        },
    };

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

    private static Norm? Of(Norm? norm, long width) => norm is null ? null : norm with { Width = width };

    /// <summary>Of all heads together, or of each.</summary>
    private static Norm? OfHeads(Norm? norm, long all, long before) => Of(norm, norm?.Width == before ? all : HeadDim);
}
