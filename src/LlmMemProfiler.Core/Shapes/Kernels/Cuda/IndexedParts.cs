namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>The parts into which a reduction of rows is split so that 32 bits can index the bytes of each.</summary>
/// <remarks>
/// ATen, <c>TensorIterator.cpp</c>: <c>can_use_32bit_indexing</c>, <c>get_dim_to_split</c>, <c>split</c>, <c>SplitUntil32Bit</c>: the dimension
/// that spans the most bytes is halved, the first half rounded down. Seen on a virtual GPU, that is, on a stand-in for CUDA's runtime.
/// </remarks>
internal static class IndexedParts
{
    /// <param name="rows">Rows, one result each.</param>
    /// <param name="columns">Contiguous values of a row.</param>
    /// <param name="rowStride">Bytes from one row to the next.</param>
    /// <param name="element">Bytes of a value.</param>
    public static IReadOnlyList<(long Rows, long Columns)> Of(long rows, long columns, long rowStride, long element)
    {
        var (height, width) = ((rows - 1) * rowStride, (columns - 1) * element);
        if (rows * columns <= int.MaxValue && 1 + height + width <= int.MaxValue)
            return [(rows, columns)];
        return height >= width
            ? [.. Of(rows / 2, columns, rowStride, element), .. Of(rows - (rows / 2), columns, rowStride, element)]
            : [.. Of(rows, columns / 2, rowStride, element), .. Of(rows, columns - (columns / 2), rowStride, element)];
    }
}
