using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Overheads;

/// <summary>
/// What CUDA takes for itself on a card without a hardware profile: the atlas's ranges of context and modules, or, where only their sum
/// was seen, of that.
/// </summary>
public sealed class GpuOverhead
{
    private const string Lazy = "CUDA_MODULE_LOADING";

    private readonly IReadOnlyList<string> unknown;

    private GpuOverhead(IReadOnlyList<OverheadRange> ranges, bool isWhole, IReadOnlyList<string> unknown) => (Ranges, IsWhole, this.unknown) = (ranges, isWhole, unknown);

    /// <summary>Left out on request: predictions are of the allocator's memory alone, so that their bounds are one.</summary>
    public static GpuOverhead LeftOut { get; } = new([], true, ["overhead: left out; context, modules and residual come on top"]);

    /// <summary>What is counted, one range a part; empty if nothing is known.</summary>
    public IReadOnlyList<OverheadRange> Ranges { get; }

    /// <summary>False where context or modules are missing among them, so that their sum is only a lower bound.</summary>
    public bool IsWhole { get; }

    /// <summary>The middle of the ranges, by part.</summary>
    public MemoryAccount Middle => new(Ranges.Select(range => (range.Quantity.Part(), range.Value)));

    /// <summary>What the atlas has of a card.</summary>
    /// <param name="gpu">The card, a slice or a GPU by hand, of which the atlas has nothing.</param>
    /// <param name="variable">Looks up environment variables.</param>
    public static GpuOverhead Of(GpuModel gpu, Func<string, string?> variable)
    {
        if (variable(Lazy) == "EAGER")
            return Nothing($"{Lazy}=EAGER loads all modules at the start, and the atlas has figures of lazy loading only");
        var all = OverheadAtlas.Of(gpu.Name);
        OverheadRange? One(OverheadQuantity quantity) => all.FirstOrDefault(range => range.Quantity == quantity);
        return (One(OverheadQuantity.Context), One(OverheadQuantity.Modules), One(OverheadQuantity.ContextAndModules)) switch
        {
            ({ } context, { } modules, _) => new([context, modules], true, ["residual: no source tells it apart"]),
            (_, _, { } both) => new([both], true, ["residual: no source tells it apart"]),
            ({ } context, null, _) => new([context], false, [NotMeasured("modules", gpu)]),
            (null, { } modules, _) => new([modules], false, [NotMeasured("context", gpu)]),
            _ => Nothing($"the atlas has neither context nor modules of {gpu.Name}"),
        };
    }

    /// <summary>
    /// An estimate with the middle of the ranges in its total, and with bounds from their least and their most. The guide's keeps its own
    /// constant. The upper bound stays unknown where a range is missing, or where the estimate itself is only a lower bound.
    /// </summary>
    /// <exception cref="InputException">A size does not fit 64 bits.</exception>
    public MemoryEstimate AddTo(MemoryEstimate estimate, Target target)
    {
        if (estimate.Estimator == GuideEstimator.Name)
            return estimate;
        var isComplete = IsWhole && estimate is { ReservedPeak: not null, OutOfMemory: null } && target.Kernels.KnowsScratch;
        try
        {
            return estimate with
            {
                Parts = estimate.Parts.With(Middle.Known),
                Low = estimate.Low + Sum(range => range.Low),
                High = isComplete ? estimate.Total + Sum(range => range.High) : null,
                Unknown = [.. estimate.Unknown.Where(line => line != Unknowns.Overhead), .. unknown],
            };
        }
        catch (OverflowException e)
        {
            throw new InputException($"the {estimate.Estimator} estimate with its overhead exceeds 64-bit byte counts; use a smaller model or workload", e);
        }
    }

    private ByteSize Sum(Func<OverheadRange, ByteSize> bound) => Ranges.Select(bound).Aggregate(ByteSize.Zero, (sum, size) => sum + size);

    private static GpuOverhead Nothing(string reason) =>
        new([], false, [$"overhead: {reason}; a hardware profile has context, modules and residual; the device total exceeds this total"]);

    private static string NotMeasured(string what, GpuModel gpu) => $"{what} and residual: the atlas has none of {gpu.Name}; the device total exceeds this total";
}
