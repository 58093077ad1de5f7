using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes;

/// <summary>
/// The symbolic interpreter: runs the model on shapes alone and emits, in order, the allocations and frees of the real
/// kernels. Results are modelled on every device alike; what a kernel takes for itself and gives back inside the operation is
/// modelled where it follows from shapes, layouts and types, as seen on libtorch 2.10 for CPU.
/// </summary>
/// <param name="tags">Moved by the model, read for each event.</param>
/// <param name="sink">Takes the events.</param>
/// <param name="kernels">Kernels' own buffers; null where the device is not known, and then they are left out.</param>
public sealed class ShapeOps(TagCursor tags, IAllocationSink sink, CpuKernels? kernels = null) : ITensorOps<ShapeTensor>
{
    private ulong nextBlock = 1;

    public TagCursor Tags => tags;

    public ShapeTensor Zeros(IReadOnlyList<long> shape, DataType type)
    {
        using var operation = tags.Begin(Operation.Zeros);
        return New(type, [.. shape]);
    }

    /// <remarks>ATen, <c>native/TensorAdvancedIndexing.cpp</c>, index_select: ids with gaps are copied first.</remarks>
    public ShapeTensor Embedding(ShapeTensor table, ShapeTensor ids)
    {
        using var operation = tags.Begin(Operation.Embedding);
        Require(table.Shape.Length == 2 && ids.Shape.Length == 1, "a table [V, k] and ids [n]", table, ids);
        var result = New(table.Type, ids.Shape[0], table.Shape[1]);
        Contiguous(ids).Dispose();
        return result;
    }

    public void AddPositions(ShapeTensor rows, ShapeTensor positions)
    {
        using var operation = tags.Begin(Operation.AddPositions);
        Require(rows.Shape[0] % positions.Shape[0] == 0 && rows.Shape[1] == positions.Shape[1], "rows [B·T, d] and positions [T, d]", rows, positions);
    }

    /// <remarks>
    /// ATen, <c>native/layer_norm.cpp</c>: a contiguous copy where rows have gaps, then mean and reciprocal deviation, one
    /// number a row each in the input's type.
    /// </remarks>
    public ShapeTensor LayerNorm(ShapeTensor rows, ShapeTensor weight, ShapeTensor bias, double epsilon)
    {
        using var operation = tags.Begin(Operation.LayerNorm);
        Require(rows.Shape[^1] == weight.Shape[0] && rows.Shape[^1] == bias.Shape[0], "rows [n, d] and weights [d]", rows, weight, bias);
        var contiguous = Contiguous(rows);
        var result = New(rows.Type, rows.Shape);
        var mean = New(rows.Type, rows.Shape[0]);
        var deviation = New(rows.Type, rows.Shape[0]);
        contiguous.Dispose();
        mean.Dispose();
        deviation.Dispose();
        return result;
    }

    public ShapeTensor Linear(ShapeTensor rows, ShapeTensor weight, ShapeTensor? bias)
    {
        using var operation = tags.Begin(Operation.Linear);
        Require(rows.Shape[^1] == weight.Shape[1] && rows.Type == weight.Type, "rows [n, in] and a weight [out, in] of one type", rows, weight);
        if (bias is not null)
            Require(bias.Shape[0] == weight.Shape[0], "a weight [out, in] and a bias [out]", weight, bias);
        return New(rows.Type, rows.Shape[0], weight.Shape[0]);
    }

    public ShapeTensor Gelu(ShapeTensor x)
    {
        using var operation = tags.Begin(Operation.Gelu);
        return New(x.Type, x.Shape);
    }

    public ShapeTensor Add(ShapeTensor a, ShapeTensor b)
    {
        using var operation = tags.Begin(Operation.Add);
        Require(a.Shape.AsSpan().SequenceEqual(b.Shape), "two tensors of one shape", a, b);
        return New(a.Type, a.Shape);
    }

    public ShapeTensor Cast(ShapeTensor x, DataType type)
    {
        using var operation = tags.Begin(Operation.Cast);
        return New(type, x.Shape);
    }

    public void MultiplyScales(ShapeTensor x, ShapeTensor scales)
    {
        using var operation = tags.Begin(Operation.MultiplyScales);
        Require(x.Shape[0] == scales.Shape[0] && x.Type == scales.Type, "rows [n, k] and scales [n, 1] of one type", x, scales);
    }

    public ShapeTensor CausalMask(long tokens, long attended, DataType type)
    {
        using var operation = tags.Begin(Operation.CausalMask);
        return New(type, tokens, attended);
    }

    /// <remarks>
    /// The result lies in memory as [B, T, h, D]. FlashAttention keeps the scores' log-sum-exp, FP32 [B, h, T]: ATen,
    /// <c>native/transformers/attention.cpp</c>.
    /// </remarks>
    public ShapeTensor FusedAttention(ShapeTensor queries, ShapeTensor keys, ShapeTensor values, ShapeTensor? mask, bool causal)
    {
        using var operation = tags.Begin(Operation.FusedAttention);
        RequireAttention(queries, keys);
        RequireAttention(queries, values);
        Require(keys.Shape[2] == values.Shape[2], "as many keys as values", keys, values);
        Require(!causal || (mask is null && queries.Shape[2] == keys.Shape[2]), "as many queries as keys, and no mask", queries, keys);
        if (mask is not null)
            Require(mask.Shape.AsSpan().SequenceEqual([queries.Shape[2], keys.Shape[2]]), "a mask [T, L]", mask, queries, keys);
        var (batch, heads, tokens, headDim) = (queries.Shape[0], queries.Shape[1], queries.Shape[2], queries.Shape[3]);
        using var stored = New(queries.Type, batch, tokens, heads, headDim);
        using var logSumExp = New(DataType.Float32, batch, heads, tokens);
        Borrow(kernels?.FusedAttentionBuffers(tokens, keys.Shape[2], headDim, queries.Type));
        return Transposed(stored, 1, 2);
    }

    /// <remarks>A batched product folds batch and heads into one dimension; operands that cannot be folded are copied.</remarks>
    public ShapeTensor Scores(ShapeTensor queries, ShapeTensor keys)
    {
        using var operation = tags.Begin(Operation.Scores);
        RequireAttention(queries, keys);
        using var foldedQueries = Folded(queries);
        using var foldedKeys = Folded(keys);
        return New(queries.Type, queries.Shape[0], queries.Shape[1], queries.Shape[2], keys.Shape[2]);
    }

    public void Scale(ShapeTensor x, double factor)
    {
        using var operation = tags.Begin(Operation.Scale);
        x.ThrowIfDisposed();
        if (kernels is not null)
            Borrow(CpuKernels.Factor(x.Type));
    }

    public void AddMask(ShapeTensor scores, ShapeTensor mask)
    {
        using var operation = tags.Begin(Operation.AddMask);
        Require(scores.Shape.AsSpan(2).SequenceEqual(mask.Shape), "scores [B, h, T, L] and a mask [T, L]", scores, mask);
    }

    public ShapeTensor Softmax(ShapeTensor scores)
    {
        using var operation = tags.Begin(Operation.Softmax);
        return New(scores.Type, scores.Shape);
    }

    public ShapeTensor WeightedSum(ShapeTensor probabilities, ShapeTensor values)
    {
        using var operation = tags.Begin(Operation.WeightedSum);
        Require(probabilities.Shape[3] == values.Shape[2], "probabilities [B, h, T, L] and values [B, h, L, D]", probabilities, values);
        using var foldedProbabilities = Folded(probabilities);
        using var foldedValues = Folded(values);
        return New(values.Type, probabilities.Shape[0], probabilities.Shape[1], probabilities.Shape[2], values.Shape[3]);
    }

    public ShapeTensor SplitHeads(ShapeTensor rows, long batch, long firstColumn, long heads, long headDim)
    {
        Require(rows.IsContiguous && firstColumn + (heads * headDim) <= rows.Shape[1], "contiguous rows that hold the columns", rows);
        var (tokens, width) = (rows.Shape[0] / batch, rows.Shape[1]);
        return rows.View([batch, heads, tokens, headDim], [tokens * width, headDim, width, 1]);
    }

    public ShapeTensor MergeHeads(ShapeTensor context)
    {
        using var operation = tags.Begin(Operation.MergeHeads);
        using var rows = Transposed(context, 1, 2);
        return Reshaped(rows, rows.Shape[0] * rows.Shape[1], rows.Shape[2] * rows.Shape[3]);
    }

    public ShapeTensor RepeatHeads(ShapeTensor x, long times)
    {
        using var operation = tags.Begin(Operation.RepeatHeads);
        return New(x.Type, x.Shape[0], x.Shape[1] * times, x.Shape[2], x.Shape[3]);
    }

    public ShapeTensor Concatenate(IReadOnlyList<ShapeTensor> tensors, int dimension)
    {
        using var operation = tags.Begin(Operation.Concatenate);
        var shape = (long[])tensors[0].Shape.Clone();
        for (var i = 1; i < tensors.Count; i++)
        {
            Require(tensors[i].Type == tensors[0].Type, "tensors of one type", tensors[0], tensors[i]);
            shape[dimension] += tensors[i].Shape[dimension];
        }
        return New(tensors[0].Type, shape);
    }

    public ShapeTensor Narrow(ShapeTensor x, int dimension, long start, long length)
    {
        Require(start >= 0 && length >= 0 && start + length <= x.Shape[dimension], "indices within the dimension", x);
        var shape = (long[])x.Shape.Clone();
        shape[dimension] = length;
        return x.View(shape, x.Strides);
    }

    public ShapeTensor LastRows(ShapeTensor rows, long batch) =>
        rows.View([batch, rows.Shape[1]], [rows.Shape[0] / batch * rows.Strides[0], rows.Strides[1]]);

    public ShapeTensor Flatten(ShapeTensor x)
    {
        using var operation = tags.Begin(Operation.Flatten);
        return Reshaped(x, x.Elements);
    }

    public void WriteCache(ShapeTensor place, ShapeTensor states)
    {
        using var operation = tags.Begin(Operation.WriteCache);
        Require(place.Shape.AsSpan().SequenceEqual(states.Shape), "a place of the states' shape", place, states);
    }

    public void WriteTokens(ShapeTensor place, ShapeTensor ids)
    {
        using var operation = tags.Begin(Operation.WriteTokens);
        Require(place.Elements == ids.Elements, "a place for as many ids", place, ids);
    }

    public ShapeTensor ArgMax(ShapeTensor rows)
    {
        using var operation = tags.Begin(Operation.ArgMax);
        return New(DataType.Int64, rows.Shape[0]);
    }

    private ShapeTensor New(DataType type, params long[] shape)
    {
        var size = (long)type.Bytes();
        foreach (var n in shape)
            size *= n;
        var block = nextBlock++;
        sink.Add(new(block, size, tags.Current));
        return new(new(block, size, Free), type, shape, ShapeTensor.ContiguousStrides(shape));
    }

    /// <summary>Takes a kernel's buffers and gives them back, the last one first.</summary>
    private void Borrow(IReadOnlyList<long>? buffers)
    {
        if (buffers is null)
            return;
        var first = nextBlock;
        foreach (var size in buffers)
            sink.Add(new(nextBlock++, size, tags.Current));
        for (var i = buffers.Count - 1; i >= 0; i--)
            Free(first + (ulong)i, buffers[i]);
    }

    private void Free(ulong block, long size) => sink.Add(new(block, -size, tags.Current));

    private ShapeTensor Contiguous(ShapeTensor x) => x.IsContiguous ? x.View(x.Shape, x.Strides) : New(x.Type, x.Shape);

    private static ShapeTensor Transposed(ShapeTensor x, int a, int b)
    {
        var (shape, strides) = ((long[])x.Shape.Clone(), (long[])x.Strides.Clone());
        (shape[a], shape[b]) = (shape[b], shape[a]);
        (strides[a], strides[b]) = (strides[b], strides[a]);
        return x.View(shape, strides);
    }

    /// <summary>A view where the layout allows it, else a contiguous copy: what torch's reshape does.</summary>
    private ShapeTensor Reshaped(ShapeTensor x, params long[] shape) =>
        Layout.TryView(x.Shape, x.Strides, shape) is { } strides ? x.View(shape, strides) : New(x.Type, shape);

    /// <summary>[B, h, m, n] → [B·h, m, n], as a batched product wants it.</summary>
    private ShapeTensor Folded(ShapeTensor x) => Reshaped(x, x.Shape[0] * x.Shape[1], x.Shape[2], x.Shape[3]);

    private static void RequireAttention(ShapeTensor queries, ShapeTensor keys) =>
        Require(
            queries.Shape[0] == keys.Shape[0] && queries.Shape[1] == keys.Shape[1] && queries.Shape[3] == keys.Shape[3],
            "[B, h, T, D] and [B, h, L, D]", queries, keys);

    private static void Require(bool holds, string wanted, params ReadOnlySpan<ShapeTensor> tensors)
    {
        foreach (var tensor in tensors)
            tensor.ThrowIfDisposed();
        if (holds)
            return;
        var seen = new List<string>();
        foreach (var tensor in tensors)
            seen.Add($"[{string.Join(", ", tensor.Shape)}] {tensor.Type.Name()}");
        throw new ArgumentException($"needs {wanted}, but has {string.Join(" and ", seen)}");
    }
}
