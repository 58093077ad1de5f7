using TorchSharp;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Torch;

/// <summary>Picks experts one after the other, each with a weight among those that come near it.</summary>
/// <remarks>
/// Liu et al. (2024), GRIN; transformers, <c>models/phimoe/modeling_phimoe.py</c>, <c>sparsemixer</c> where it does not train. Its division by
/// the larger of both scores, which is not negative, is a product here.
/// </remarks>
internal static class SparseMixer
{
    /// <summary>[n, E] → 2 × [n, k].</summary>
    public static (Tensor Weights, Tensor Picks) Of(Tensor scores, int count, double tolerance)
    {
        var (weights, picks) = (new List<Tensor>(), new List<Tensor>());
        var left = scores.alias();
        while (picks.Count < count)
        {
            var (best, pick) = left.topk(1);
            picks.Add(pick);
            weights.Add(ShareOfBest(left, scores, best, pick, tolerance));
            best.Dispose();
            left = Without(left, pick);
        }
        left.Dispose();
        return (Joined(weights), Joined(picks));
    }

    private static Tensor ShareOfBest(Tensor left, Tensor scores, Tensor best, Tensor pick, double tolerance)
    {
        using var shares = Shares(left, scores, best, tolerance);
        return shares.gather(-1, pick);
    }

    private static Tensor Shares(Tensor left, Tensor scores, Tensor best, double tolerance)
    {
        using var near = Near(left, scores, best, tolerance);
        return nn.functional.softmax(near, -1);
    }

    private static Tensor Near(Tensor left, Tensor scores, Tensor best, double tolerance)
    {
        using Scalar hidden = double.NegativeInfinity;
        using var isFar = IsFar(scores, best, tolerance);
        return left.masked_fill(isFar, hidden);
    }

    private static Tensor IsFar(Tensor scores, Tensor best, double tolerance)
    {
        using var most = Larger(scores, best);
        using Scalar share = 2 * tolerance;
        TorchOps.InPlace(most, most.mul_(share));
        using var gaps = best.sub(scores);
        return gaps.gt(most);
    }

    /// <summary>The magnitude of each score, or the best score if that is larger.</summary>
    private static Tensor Larger(Tensor scores, Tensor best)
    {
        using var magnitudes = scores.abs();
        return magnitudes.maximum(best);
    }

    /// <summary>The scores, which are consumed, without those that have been picked.</summary>
    private static Tensor Without(Tensor left, Tensor pick)
    {
        using Scalar infinite = double.NegativeInfinity;
        using (left)
        using (var hidden = full(pick.shape, infinite, left.dtype, left.device))
            return left.scatter(-1, pick, hidden);
    }

    private static Tensor Joined(List<Tensor> columns)
    {
        var joined = cat(columns, 1);
        columns.ForEach(column => column.Dispose());
        return joined;
    }
}
