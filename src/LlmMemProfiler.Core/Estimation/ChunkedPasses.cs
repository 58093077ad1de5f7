using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Estimation;

/// <summary>
/// The passes that may be the largest where a layer attends within chunks: it sees more at a chunk's end than in the next chunk, so a later
/// pass need not be larger.
/// </summary>
internal static class ChunkedPasses
{
    /// <summary>Those of some passes that no later one of them surpasses in everything.</summary>
    /// <param name="model">The model.</param>
    /// <param name="workload">Determines the cache.</param>
    /// <param name="passes">How many there are.</param>
    /// <param name="pass">Position and tokens of each by its number; all have equally many tokens.</param>
    /// <returns>Their numbers; none for models without such layers.</returns>
    public static IReadOnlyList<int> Of(ModelSpec model, Workload workload, int passes, Func<int, (int Position, int Tokens)> pass)
    {
        int[] chunks = [.. model.Sublayers.OfType<Attention>().Where(attention => attention.IsChunked).Select(attention => attention.Window!.Value).Distinct()];
        var kept = new SortedSet<int>();
        foreach (var chunk in chunks)
        {
            var later = new List<Reach>();
            for (var number = passes - 1; number >= 0; number--)
            {
                var reach = Reach.Of(pass(number), chunk, workload);
                if (later.Exists(other => other.Attended >= reach.Attended && other.Copied >= reach.Copied))
                    continue;
                later.RemoveAll(other => reach.Attended >= other.Attended && reach.Copied >= other.Copied);
                later.Add(reach);
                kept.Add(number);
            }
        }
        return [.. kept];
    }

    /// <param name="Attended">Tokens that are attended to.</param>
    /// <param name="Copied">Those of them that are copied out of blocks: none if one block has them all.</param>
    private readonly record struct Reach(long Attended, long Copied)
    {
        public static Reach Of((int Position, int Tokens) pass, int chunk, Workload workload)
        {
            var (first, end) = (pass.Position / chunk * chunk, (long)pass.Position + pass.Tokens);
            var isCopied = workload.Cache == CachePolicy.Paged && first / workload.CacheBlock != (end - 1) / workload.CacheBlock;
            return new(end - first, isCopied ? end - first : 0);
        }
    }
}
