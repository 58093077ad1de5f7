using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>Which tokens attention sees: what layers that have it in common share the mask of a pass.</summary>
/// <param name="Kernel">A fused kernel masks causally by itself if queries and keys start together.</param>
/// <param name="Window">The most tokens attended to, the present one included; null for all.</param>
/// <param name="Biases">Number of the table of biases that are added to the scores; null for none.</param>
/// <param name="IsChunked">True if the window starts at a multiple of its length, and does not slide.</param>
internal sealed record Sight(AttentionKernel Kernel, int? Window, int? Biases, bool IsChunked = false)
{
    /// <summary>A fused kernel has no bound for scores, and no sinks.</summary>
    public static Sight Of(Attention attention, ModelSpec model, Workload workload) => new(
        attention.ScoreCap is null && attention.Sinks.Count == 0 ? workload.Attention : AttentionKernel.Math, attention.Window,
        attention.Positions is Alibi ? BiasTable.Number(attention, model) : null, attention.IsChunked);

    /// <summary>All tokens, without a fused kernel: values are narrower than keys, which it does not take.</summary>
    public static Sight OfLatents { get; } = new(AttentionKernel.Math, Window: null, Biases: null);

    /// <summary>The first position that a query of a pass attends to.</summary>
    /// <param name="position">Of the pass's first query.</param>
    public long First(long position) => Window is not { } window ? 0
        : IsChunked ? position / window * window
        : Math.Max(0, position - window + 1);

    /// <summary>The mask of a pass, [T, attended] or [1, h, T, attended]; null if its queries see all keys, or the kernel masks by itself.</summary>
    /// <param name="ops">The interpreter.</param>
    /// <param name="position">Of the pass's first query.</param>
    /// <param name="tokens">T.</param>
    /// <param name="workload">Determines the type.</param>
    /// <param name="tables">The tables of biases, [h, L] each.</param>
    public TTensor? Mask<TTensor>(ITensorOps<TTensor> ops, long position, long tokens, Workload workload, IReadOnlyList<TTensor> tables)
        where TTensor : class, IDisposable
    {
        if (Biases is not { } number)
            return Hidden(ops, position, tokens, workload);
        var first = First(position);
        using var biases = ops.Narrow(tables[number], 1, first, position + tokens - first);
        using var hidden = Hidden(ops, position, tokens, workload);
        return ops.BiasMask(biases, hidden);
    }

    private TTensor? Hidden<TTensor>(ITensorOps<TTensor> ops, long position, long tokens, Workload workload)
        where TTensor : class, IDisposable
    {
        var attended = position + tokens - First(position);
        long? window = attended > Window ? Window : null;
        return tokens == 1 || (Kernel == AttentionKernel.Fused && attended == tokens && window is null && Biases is null)
            ? null
            : ops.CausalMask(tokens, attended, window, workload.ComputeType, isChunked: IsChunked && window is not null);
    }

    /// <summary>This one, or one that sees all, if its window does not show in a pass.</summary>
    public Sight In(long position, long tokens) => position + tokens <= Window ? this with { Window = null, IsChunked = false } : this;
}
