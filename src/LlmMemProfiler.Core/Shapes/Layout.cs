namespace LlmMemProfiler.Core.Shapes;

/// <summary>When a tensor can be reshaped, or read by BLAS, without a copy.</summary>
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

    /// <summary>True if BLAS reads a matrix where it lies: its rows, or its columns, without gaps between their elements.</summary>
    /// <remarks>ATen, <c>native/cuda/Blas.cpp</c>, <c>prepare_matrix_for_cublas</c>; of a dimension of 1 the stride does not matter if all is dense.</remarks>
    public static bool IsReadable(ReadOnlySpan<long> shape, ReadOnlySpan<long> strides)
    {
        var (rows, columns, byRow, byColumn) = (shape[0], shape[1], strides[0], strides[1]);
        return (byColumn == 1 && byRow >= columns) || (byRow == 1 && byColumn >= rows)
            || ((columns == 1 || byColumn == 1) && (rows == 1 || byRow == columns))
            || ((rows == 1 || byRow == 1) && (columns == 1 || byColumn == rows));
    }
}
