using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>Which tokens attention sees: what layers that have it in common share the mask of a pass.</summary>
/// <param name="Kernel">A fused kernel masks causally by itself if queries and keys start together.</param>
/// <param name="Window">The most tokens attended to, the present one included; null for all.</param>
internal sealed record Sight(AttentionKernel Kernel, int? Window)
{
    public static Sight Of(Attention attention, Workload workload) => new(workload.Attention, attention.Window);

    /// <summary>The first position that a query of a pass attends to.</summary>
    /// <param name="position">Of the pass's first query.</param>
    public long First(long position) => Window is { } window ? Math.Max(0, position - window + 1) : 0;

    /// <summary>The mask of a pass, [T, attended]; null if its queries see all keys, or the kernel masks by itself.</summary>
    /// <param name="ops">The interpreter.</param>
    /// <param name="position">Of the pass's first query.</param>
    /// <param name="tokens">T.</param>
    /// <param name="workload">Determines the type.</param>
    public TTensor? Mask<TTensor>(ITensorOps<TTensor> ops, long position, long tokens, Workload workload)
        where TTensor : class, IDisposable
    {
        var attended = position + tokens - First(position);
        long? window = attended > Window ? Window : null;
        return tokens == 1 || (Kernel == AttentionKernel.Fused && attended == tokens && window is null)
            ? null
            : ops.CausalMask(tokens, attended, window, workload.ComputeType);
    }

    /// <summary>This one, or one that sees all, if its window does not show in a pass.</summary>
    public Sight In(long position, long tokens) => position + tokens <= Window ? this with { Window = null } : this;
}
