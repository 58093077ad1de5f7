namespace LlmMemProfiler.Core.Shapes;

/// <summary>When a tensor can be reshaped without a copy.</summary>
public static class Layout
{
    /// <summary>The strides of a view in another shape, or null if a copy is needed.</summary>
    /// <remarks>The rule of ATen's <c>computeStride</c>, <c>TensorUtils.cpp</c>: only contiguous dimensions merge.</remarks>
    public static long[]? TryView(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides, ReadOnlySpan<long> newShape)
    {
        var result = new long[newShape.Length];
        var at = newShape.Length - 1;
        var chunkBase = shape.Length > 0 ? strides[^1] : 1;
        var (inChunk, inView) = (1L, 1L);
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            inChunk *= shape[i];
            var chunkEnds = i == 0 || (shape[i - 1] != 1 && strides[i - 1] != inChunk * chunkBase);
            if (!chunkEnds)
                continue;
            while (at >= 0 && (inView < inChunk || newShape[at] == 1))
            {
                result[at] = inView * chunkBase;
                inView *= newShape[at];
                at--;
            }
            if (inView != inChunk)
                return null;
            if (i > 0)
            {
                chunkBase = strides[i - 1];
                (inChunk, inView) = (1, 1);
            }
        }
        return at == -1 ? result : null;
    }
}
