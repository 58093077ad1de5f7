using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation;

/// <summary>
/// The peak of what a quantized cache costs besides itself: what is quantized before it is kept, and what is taken back from it for attention.
/// </summary>
public sealed class QuantizationScratch : IAllocationSink
{
    private readonly HashSet<ulong> live = [];
    private long current;

    /// <summary>Bytes of blocks.</summary>
    public ByteSize Peak { get; private set; }

    /// <summary>When the peak was first reached.</summary>
    public Tag PeakTag { get; private set; }

    public void Add(in AllocationEvent e)
    {
        if (e.Size > 0 && e.Tag.Operation is Operation.Quantize or Operation.Dequantize)
            live.Add(e.Block);
        else if (e.Size > 0 || !live.Remove(e.Block))
            return;
        current += e.Size;
        if (current > Peak.Bytes)
            (Peak, PeakTag) = (new(current), e.Tag);
    }
}
