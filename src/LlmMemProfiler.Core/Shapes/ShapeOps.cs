using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Repetition;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Shapes.Kernels;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes;

/// <summary>
/// The symbolic interpreter: runs the model on shapes only and emits, in order, the allocations and frees of the real
/// kernels. Results and layout copies are the same on all devices; other memory depends on the device's kernels.
/// </summary>
public sealed class ShapeOps : ITensorOps<ShapeTensor>
{
    private readonly TagCursor tags;
    private readonly IAllocationSink sink;
    private readonly KernelModel? kernels;
    private readonly ExpertLoads loads;
    private readonly List<ulong> blocksOfScript = [];

    /// <summary>Created once, since a decode has hundreds of thousands of tensors.</summary>
    private readonly Action<ulong, long> free;

    private HashSet<string> kept = [];
    private ulong nextBlock = 1;
    private bool hasFailed;

    /// <param name="tags">Updated by the model, read for each event.</param>
    /// <param name="sink">Receives the events.</param>
    /// <param name="kernels">The device's kernels; null if unknown, which means no scratch.</param>
    /// <param name="loads">How many rows each expert gets; null for all as many.</param>
    public ShapeOps(TagCursor tags, IAllocationSink sink, KernelModel? kernels = null, ExpertLoads? loads = null)
    {
        (this.tags, this.sink, this.kernels, this.loads) = (tags, sink, kernels, loads ?? ExpertLoads.Balanced);
        free = Free;
    }

    public TagCursor Tags => tags;

    public ILayerRepeater? Repeater => loads.IsSameInEachLayer ? sink as ILayerRepeater : null;

    /// <summary>Allocations and frees so far, about: what is allocated is freed again, but for a few blocks.</summary>
    public long Events => 2 * (long)(nextBlock - 1);

    /// <summary>A new interpreter in the same process, whose libraries already have their workspaces.</summary>
    public ShapeOps After(TagCursor tags, IAllocationSink sink, ExpertLoads? loads = null) => new(tags, sink, kernels, loads) { kept = kept, nextBlock = nextBlock };

    public ShapeTensor Zeros(IReadOnlyList<long> shape, DataType type)
    {
        using var operation = tags.Begin(Operation.Zeros);
        return New(type, [.. shape]);
    }

    /// <remarks>ATen, <c>native/TensorAdvancedIndexing.cpp</c>, index_select: on CPU, strided ids are copied first.</remarks>
    public ShapeTensor Embedding(ShapeTensor table, ShapeTensor ids)
    {
        using var operation = tags.Begin(Operation.Embedding);
        return Selected(table, ids);
    }

    public ShapeTensor SelectRows(ShapeTensor rows, ShapeTensor numbers)
    {
        using var operation = tags.Begin(Operation.SelectRows);
        return Selected(rows, numbers);
    }

    private ShapeTensor Selected(ShapeTensor table, ShapeTensor ids)
    {
        Require(table.Shape.Length == 2 && ids.Shape.Length == 1, "a table [V, k] and ids [n]", table, ids);
        var result = New(table.Type, ids.Shape[0], table.Shape[1]);
        if (kernels?.CopiesStridedIds != false)
            Contiguous(ids).Dispose();
        return result;
    }

    public void AddRows(ShapeTensor rows, ShapeTensor numbers, ShapeTensor added)
    {
        using var operation = tags.Begin(Operation.AddRows);
        Require(
            numbers.Shape.Length == 1 && numbers.Shape[0] == added.Shape[0] && rows.Shape[1] == added.Shape[1] && rows.Type == added.Type,
            "rows [n, k], numbers [m] and rows [m, k] of one type", rows, numbers, added);
        Play(kernels?.AddRows(rows.Shape[1], rows.Type));
    }

    public ShapeTensor Sigmoid(ShapeTensor x)
    {
        using var operation = tags.Begin(Operation.Sigmoid);
        return New(x.Type, x.Shape);
    }

    /// <remarks>gate' · sigmoid(slope · gate'), then up' + 1 beside it, and their product in the first.</remarks>
    public ShapeTensor ClampedGate(ShapeTensor gate, ShapeTensor up, GateClamp clamp)
    {
        using var operation = tags.Begin(Operation.ClampedGate);
        Require(gate.Shape.AsSpan().SequenceEqual(up.Shape) && gate.Type == up.Type, "a gate and what it opens, of one shape", gate, up);
        var bounded = New(gate.Type, gate.Shape);
        var result = Play(kernels?.ScaledCopy(gate.Type), gate.Type, gate.Shape);
        bounded.Dispose();
        var opened = New(gate.Type, gate.Shape);
        Play(kernels?.Scale(gate.Type));
        opened.Dispose();
        return result;
    }

    public (ShapeTensor Values, ShapeTensor Picks) TopK(ShapeTensor rows, int count)
    {
        using var operation = tags.Begin(Operation.TopK);
        return Best(rows, count);
    }

    /// <remarks>Each pick: what may be that far from the best, which are further, the others, their shares; then all but the picked one.</remarks>
    public (ShapeTensor Weights, ShapeTensor Picks) SparseMixer(ShapeTensor scores, int count, double tolerance)
    {
        using var operation = tags.Begin(Operation.SparseMixer);
        var (weights, picks) = (new List<ShapeTensor>(), new List<ShapeTensor>());
        var left = scores.View(scores.Shape, scores.Strides);
        while (picks.Count < count)
        {
            var (best, pick) = Best(left, 1);
            picks.Add(pick);
            weights.Add(ShareOfBest(scores));
            best.Dispose();
            var hidden = New(scores.Type, scores.Shape[0], 1);
            var others = New(scores.Type, scores.Shape);
            hidden.Dispose();
            left.Dispose();
            left = others;
        }
        left.Dispose();
        return (Joined(weights), Joined(picks));
    }

    private ShapeTensor ShareOfBest(ShapeTensor scores)
    {
        var magnitudes = New(scores.Type, scores.Shape);
        var most = New(scores.Type, scores.Shape);
        magnitudes.Dispose();
        Play(kernels?.Scale(scores.Type));
        var gaps = New(scores.Type, scores.Shape);
        var isFar = New(DataType.Int8, scores.Shape);
        gaps.Dispose();
        most.Dispose();
        var near = New(scores.Type, scores.Shape);
        isFar.Dispose();
        var shares = New(scores.Type, scores.Shape);
        near.Dispose();
        var share = New(scores.Type, scores.Shape[0], 1);
        shares.Dispose();
        return share;
    }

    /// <summary>Columns side by side, which are disposed.</summary>
    private ShapeTensor Joined(List<ShapeTensor> columns)
    {
        var joined = New(columns[0].Type, columns[0].Shape[0], columns.Count);
        columns.ForEach(column => column.Dispose());
        return joined;
    }

    public ShapeTensor Gather(ShapeTensor rows, ShapeTensor places)
    {
        using var operation = tags.Begin(Operation.Gather);
        Require(rows.Shape[0] == places.Shape[0], "rows [n, E] and places [n, k]", rows, places);
        return New(rows.Type, places.Shape);
    }

    public ShapeTensor RowSums(ShapeTensor rows)
    {
        using var operation = tags.Begin(Operation.RowSums);
        return New(rows.Type, rows.Shape[0], 1);
    }

    public void Divide(ShapeTensor rows, ShapeTensor divisors)
    {
        using var operation = tags.Begin(Operation.Divide);
        Require(rows.Shape[0] == divisors.Shape[0] && rows.Type == divisors.Type, "rows [n, k] and divisors [n, 1] of one type", rows, divisors);
    }

    /// <remarks>The best of each group, their sums, the best of these, and where they are not.</remarks>
    public ShapeTensor InBestGroups(ShapeTensor scores, Routing routing)
    {
        using var operation = tags.Begin(Operation.InBestGroups);
        using var groups = scores.View(
            [scores.Shape[0], routing.Groups, scores.Shape[1] / routing.Groups], [scores.Shape[1], scores.Shape[1] / routing.Groups, 1]);
        var (values, places) = Best(groups, routing.BestOfGroup);
        places.Dispose();
        var sums = New(scores.Type, scores.Shape[0], routing.Groups);
        values.Dispose();
        (values, places) = Best(sums, routing.PickedGroups);
        places.Dispose();
        var isHidden = New(DataType.Int8, sums.Shape);
        values.Dispose();
        sums.Dispose();
        var result = New(scores.Type, scores.Shape);
        isHidden.Dispose();
        return result;
    }

    private (ShapeTensor Values, ShapeTensor Places) Best(ShapeTensor x, int count)
    {
        long[] shape = [.. x.Shape[..^1], count];
        return (New(x.Type, shape), New(DataType.Int64, shape));
    }

    public ShapeTensor SortByExpert(ShapeTensor picks, int experts, out IReadOnlyList<long> counts)
    {
        using var operation = tags.Begin(Operation.SortByExpert);
        counts = loads.Counts(tags.Current, picks.Shape[0], experts, (int)picks.Shape[1]);
        return New(DataType.Int64, 2, picks.Elements);
    }

    public ShapeTensor Transposed(ShapeTensor matrix) => Transposed(matrix, 0, 1);

    public void AddPositions(ShapeTensor rows, ShapeTensor positions)
    {
        using var operation = tags.Begin(Operation.AddPositions);
        Require(rows.Shape[0] % positions.Shape[0] == 0 && rows.Shape[1] == positions.Shape[1], "rows [B·T, d] and positions [T, d]", rows, positions);
    }

    /// <remarks>
    /// ATen, <c>native/layer_norm.cpp</c>: a contiguous copy of strided rows, then mean and reciprocal standard deviation,
    /// one each per row.
    /// </remarks>
    public ShapeTensor LayerNorm(ShapeTensor rows, ShapeTensor? weight, ShapeTensor? bias, double epsilon, bool fromOne = false)
    {
        using var operation = tags.Begin(Operation.LayerNorm);
        RequireWidth(rows, weight);
        RequireWidth(rows, bias);
        using var gain = weight is not null && fromOne ? Play(kernels?.AddScalar(weight.Type), weight.Type, weight.Shape) : null;
        var contiguous = Contiguous(rows);
        var result = New(rows.Type, rows.Shape);
        var statistics = kernels?.NormStatistics(rows.Type) ?? rows.Type;
        var mean = New(statistics, rows.Shape[0]);
        var deviation = New(statistics, rows.Shape[0]);
        contiguous.Dispose();
        mean.Dispose();
        deviation.Dispose();
        return result;
    }

    /// <remarks>As transformers' <c>LlamaRMSNorm</c> composes it, in FP32, with the mean's arithmetic in place.</remarks>
    public ShapeTensor RmsNorm(ShapeTensor rows, ShapeTensor? weight, double epsilon, bool fromOne)
    {
        using var operation = tags.Begin(Operation.RmsNorm);
        RequireWidth(rows, weight);
        var wide = rows.Type == DataType.Float32 ? null : New(DataType.Float32, rows.Shape);
        var squares = New(DataType.Float32, rows.Shape);
        var means = New(DataType.Float32, rows.Shape[0], 1);
        Play(kernels?.Mean(rows.Shape[0], rows.Shape[1]));
        squares.Dispose();
        Play(kernels?.Scale(DataType.Float32));
        var result = wide is null ? New(rows.Type, rows.Shape) : null;
        means.Dispose();
        if (weight is not null && fromOne)
            OneMore(weight).Dispose();
        result ??= New(rows.Type, rows.Shape);
        wide?.Dispose();
        return result;
    }

    /// <summary>1 + weight, in FP32.</summary>
    private ShapeTensor OneMore(ShapeTensor weight)
    {
        if (weight.Type == DataType.Float32)
            return Play(kernels?.AddScalar(DataType.Float32), DataType.Float32, weight.Shape);
        var gain = New(DataType.Float32, weight.Shape);
        Play(kernels?.Scale(DataType.Float32));
        return gain;
    }

    public ShapeTensor Linear(ShapeTensor rows, ShapeTensor weight, ShapeTensor? bias)
    {
        using var operation = tags.Begin(Operation.Linear);
        Require(rows.Shape[^1] == weight.Shape[1] && rows.Type == weight.Type, "rows [n, in] and a weight [out, in] of one type", rows, weight);
        if (bias is not null)
            Require(bias.Shape[0] == weight.Shape[0], "a weight [out, in] and a bias [out]", weight, bias);
        var shape = new LinearShape(rows.Shape[0], weight.Shape[1], weight.Shape[0], bias is not null, rows.Type, !Layout.IsReadable(rows.Shape, rows.Strides));
        return Play(kernels?.Linear(shape), rows.Type, rows.Shape[0], weight.Shape[0]);
    }

    public ShapeTensor Activate(ShapeTensor x, Activation activation)
    {
        using var operation = tags.Begin(activation.Operation());
        return activation == Activation.QuickGelu ? Play(kernels?.AddScalar(x.Type), x.Type, x.Shape) : New(x.Type, x.Shape);
    }

    public ShapeTensor Add(ShapeTensor a, ShapeTensor b)
    {
        using var operation = tags.Begin(Operation.Add);
        Require(
            a.Shape.AsSpan().SequenceEqual(b.Shape) || (b.Shape.Length == 1 && b.Shape[0] == a.Shape[^1]), "two tensors of one shape, or a row", a, b);
        return New(a.Type, a.Shape);
    }

    /// <remarks>ATen, <c>native/TensorConversions.cpp</c>, <c>_to_copy</c>: token-major heads stay so.</remarks>
    public ShapeTensor Cast(ShapeTensor x, DataType type)
    {
        using var operation = tags.Begin(Operation.Cast);
        var copy = New(type, x.Shape);
        if (x.Shape.Length != 4 || !ByToken(x))
            return copy;
        using (copy)
            return copy.View(copy.Shape, [copy.Strides[0], x.Shape[3], x.Shape[1] * x.Shape[3], 1]);
    }

    /// <remarks>The largest absolute values by a norm, whose reduction takes nothing besides; then all in place. Seen on libtorch 2.10.</remarks>
    public (ShapeTensor Numbers, ShapeTensor Scales) Quantize(ShapeTensor x, DataType type)
    {
        using var operation = tags.Begin(Operation.Quantize);
        Require(type.Largest() is not null, $"a narrow type, not {type.Name()}", x);
        var scales = New(x.Type, [.. x.Shape[..^1], 1]);
        Play(kernels?.Scale(x.Type));
        return (New(x.Type, x.Shape), scales);
    }

    public ShapeTensor Dequantize(ShapeTensor numbers, ShapeTensor scales)
    {
        using var operation = tags.Begin(Operation.Dequantize);
        Require(
            numbers.Type.Largest() is not null && scales.Shape[^1] == 1 && numbers.Shape.AsSpan(..^1).SequenceEqual(scales.Shape.AsSpan(..^1)),
            "narrow numbers [..., D] and scales [..., 1]", numbers, scales);
        return New(scales.Type, numbers.Shape);
    }

    public void MultiplyScales(ShapeTensor x, ShapeTensor scales)
    {
        using var operation = tags.Begin(Operation.MultiplyScales);
        Require(x.Shape[^2] == scales.Shape[0] && x.Type == scales.Type, "rows [n, k] and scales [n, 1] of one type", x, scales);
    }

    /// <remarks>In FP32: the rows, unless they are, their squares, the sums of these.</remarks>
    public void NormalizeRows(ShapeTensor rows, ShapeTensor? scales)
    {
        using var operation = tags.Begin(Operation.NormalizeRows);
        Require(scales is null == (rows.Type != DataType.Int8), "rows, with scales if they are INT8", rows);
        if (scales is not null)
            Require(scales.Shape[0] == rows.Shape[0], "rows [n, k] and scales [n, 1]", rows, scales);
        using var wide = rows.Type == DataType.Float32 ? null : New(DataType.Float32, rows.Shape);
        var squares = New(DataType.Float32, rows.Shape);
        var sums = New(DataType.Float32, rows.Shape[0], 1);
        squares.Dispose();
        sums.Dispose();
    }

    public void Multiply(ShapeTensor x, ShapeTensor factors)
    {
        using var operation = tags.Begin(Operation.Multiply);
        Require(
            x.Type == factors.Type && (factors.Shape.Length == 1 ? factors.Shape[0] == x.Shape[^1] || factors.Shape[0] == 1 : x.Shape.AsSpan().SequenceEqual(factors.Shape)),
            "a tensor and factors of its shape, or of its rows, of one type", x, factors);
    }

    /// <remarks>One half of the pairs times their sines, before the cosines replace it.</remarks>
    public void Rotate(ShapeTensor heads, ShapeTensor cosines, ShapeTensor sines, bool isInterleaved)
    {
        using var operation = tags.Begin(Operation.Rotate);
        Require(
            heads.Shape[2] == cosines.Shape[0] && cosines.Shape.AsSpan().SequenceEqual(sines.Shape) && 2 * cosines.Shape[1] <= heads.Shape[3]
            && heads.Type == cosines.Type,
            "heads [B, h, T, D] and cosines and sines [T, pairs] of one type", heads, cosines, sines);
        New(heads.Type, heads.Shape[0], heads.Shape[1], heads.Shape[2], cosines.Shape[1]).Dispose();
    }

    public ShapeTensor CausalMask(long tokens, long attended, long? window, DataType type, bool isChunked = false)
    {
        using var operation = tags.Begin(Operation.CausalMask);
        var mask = New(type, tokens, attended);
        if (window is not null && !isChunked)
            New(type, tokens, attended).Dispose();
        return mask;
    }

    public ShapeTensor FusedAttention(ShapeTensor queries, ShapeTensor keys, ShapeTensor values, ShapeTensor? mask, bool causal)
    {
        using var operation = tags.Begin(Operation.FusedAttention);
        RequireAttention(queries, keys);
        RequireAttention(queries, values);
        Require(keys.Shape[2] == values.Shape[2], "as many keys as values", keys, values);
        Require(!causal || (mask is null && queries.Shape[2] == keys.Shape[2]), "as many queries as keys, and no mask", queries, keys);
        if (mask is not null)
            RequireMask(mask, queries.Shape[1], queries.Shape[2], keys.Shape[2]);
        var (batch, heads, tokens, headDim) = (queries.Shape[0], queries.Shape[1], queries.Shape[2], queries.Shape[3]);
        var byToken = queries.Strides[1] <= queries.Strides[2];
        var valuesFold = Layout.TryView(values.Shape, values.Strides, [batch * heads, keys.Shape[2], headDim]) is not null;
        var shape = new AttentionShape(
            batch, heads, tokens, keys.Shape[2], headDim, mask is not null, causal, queries.Type, byToken, valuesFold, ByToken(keys), mask?.Shape.Length == 4 ? heads : 1, tokens == 1 && mask is { Shape.Length: 4 } ? mask.Strides[1] : null);
        var script = kernels?.FusedAttention(shape);
        var width = kernels?.AttendedRowWidth(shape) ?? headDim;
        if (!(kernels?.AttendsByToken(shape) ?? byToken))
            return Unpadded(Play(script, queries.Type, batch, heads, tokens, width), headDim);
        using var stored = Play(script, queries.Type, batch, tokens, heads, width);
        return Unpadded(Transposed(stored, 1, 2), headDim);
    }

    /// <remarks>A batched matmul folds batch and heads into one dimension; operands that cannot be folded are copied.</remarks>
    public ShapeTensor Scores(ShapeTensor queries, ShapeTensor keys)
    {
        using var operation = tags.Begin(Operation.Scores);
        RequireAttention(queries, keys);
        using var foldedQueries = Folded(queries);
        using var foldedKeys = Folded(keys);
        using var columns = Transposed(foldedKeys, 1, 2);
        return Product(foldedQueries, columns, queries.Shape[0]);
    }

    public void Scale(ShapeTensor x, double factor)
    {
        using var operation = tags.Begin(Operation.Scale);
        x.ThrowIfDisposed();
        Play(kernels?.Scale(x.Type));
    }

    public void AddMask(ShapeTensor scores, ShapeTensor mask)
    {
        using var operation = tags.Begin(Operation.AddMask);
        scores.ThrowIfDisposed();
        RequireMask(mask, scores.Shape[1], scores.Shape[2], scores.Shape[3]);
    }

    /// <remarks>Multiplied by a scalar, before and after.</remarks>
    public void Cap(ShapeTensor x, double cap)
    {
        using var operation = tags.Begin(Operation.Cap);
        x.ThrowIfDisposed();
        Play(kernels?.Scale(x.Type));
        Play(kernels?.Scale(x.Type));
    }

    public void Clamp(ShapeTensor x, double limit)
    {
        using var operation = tags.Begin(Operation.Clamp);
        x.ThrowIfDisposed();
    }

    public ShapeTensor BiasMask(ShapeTensor biases, ShapeTensor? mask)
    {
        using var operation = tags.Begin(Operation.BiasMask);
        var (heads, attended) = (biases.Shape[0], biases.Shape[1]);
        if (mask is null)
            return biases.View([1, heads, 1, attended], [0, biases.Strides[0], 0, biases.Strides[1]]);
        Require(mask.Shape[1] == attended && mask.Type == biases.Type, "biases [h, L] and a mask [T, L] of one type", biases, mask);
        return New(mask.Type, 1, heads, mask.Shape[0], attended);
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
        return Product(foldedProbabilities, foldedValues, values.Shape[0]);
    }

    public ShapeTensor SplitHeads(ShapeTensor rows, long batch, HeadColumns columns)
    {
        Require(rows.IsContiguous && columns.End <= rows.Shape[1], "contiguous rows that hold the columns", rows);
        var (tokens, width) = (rows.Shape[0] / batch, rows.Shape[1]);
        return rows.View([batch, columns.Heads, tokens, columns.HeadDim], [tokens * width, columns.Stride, width, 1]);
    }

    public ShapeTensor PerHead(ShapeTensor numbers, long batch, long tokens)
    {
        Require(numbers.Shape.Length == 1, "numbers [h]", numbers);
        return numbers.View([batch, numbers.Shape[0], tokens, 1], [0, numbers.Strides[0], 0, 0]);
    }

    public ShapeTensor InRowsOf(ShapeTensor rows, long width)
    {
        Require(rows.IsContiguous && rows.Elements % width == 0, "contiguous rows whose elements fill the new ones", rows);
        return rows.View([rows.Elements / width, width], [width, 1]);
    }

    public ShapeTensor MergeHeads(ShapeTensor context)
    {
        using var operation = tags.Begin(Operation.MergeHeads);
        using var rows = Transposed(context, 1, 2);
        return Reshaped(rows, rows.Shape[0] * rows.Shape[1], rows.Shape[2] * rows.Shape[3]);
    }

    public ShapeTensor FoldHeads(ShapeTensor x, long group)
    {
        Require(x.Shape.Length == 4 && x.Shape[1] % group == 0 && x.Shape[2] == 1, "heads [B, kv_heads·group, 1, k]", x);
        var (s, strides) = (x.Shape, x.Strides);
        return x.View([s[0], s[1] / group, group, s[3]], [strides[0], group * strides[1], strides[1], strides[3]]);
    }

    public ShapeTensor MergeFolded(ShapeTensor context)
    {
        using var operation = tags.Begin(Operation.MergeHeads);
        var s = context.Shape;
        return Reshaped(context, s[0], s[1] * s[2] * s[3]);
    }

    /// <remarks>Each head is expanded, with a stride of 0, and then reshaped: a single head stays a view.</remarks>
    public ShapeTensor RepeatHeads(ShapeTensor x, long times)
    {
        using var operation = tags.Begin(Operation.RepeatHeads);
        var (s, strides) = (x.Shape, x.Strides);
        using var expanded = x.View([s[0], s[1], times, s[2], s[3]], [strides[0], strides[1], 0, strides[2], strides[3]]);
        return Reshaped(expanded, s[0], s[1] * times, s[2], s[3]);
    }

    public ShapeTensor Concatenate(IReadOnlyList<ShapeTensor> tensors, int dimension)
    {
        using var operation = tags.Begin(Operation.Concatenate);
        var shape = tensors[0].Shape.AsSpan().ToArray();
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
        var shape = x.Shape.AsSpan().ToArray();
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
        return Play(kernels?.ArgMax(rows.Shape[0], rows.Shape[1], rows.Strides[0], rows.Type), DataType.Int64, rows.Shape[0]);
    }

    /// <summary>The first D elements of each row: the same tensor if rows are not padded. Consumes the padded one.</summary>
    private ShapeTensor Unpadded(ShapeTensor padded, long headDim)
    {
        if (padded.Shape[3] == headDim)
            return padded;
        using (padded)
            return Narrow(padded, 3, 0, headDim);
    }

    /// <summary>[B·h, m, k] · [B·h, k, n] → [B, h, m, n].</summary>
    private ShapeTensor Product(ShapeTensor left, ShapeTensor right, long batch)
    {
        var shape = new ProductShape(
            left.Shape[0], left.Shape[1], left.Shape[2], right.Shape[2],
            new(left.Strides[0], left.Strides[1], left.Strides[2]),
            new(right.Strides[0], right.Strides[1], right.Strides[2]),
            left.Type);
        return Play(kernels?.Product(shape), left.Type, batch, shape.Batch / batch, shape.Rows, shape.Columns);
    }

    private ShapeTensor New(DataType type, params long[] shape) => Owned(Size(type, shape), type, shape);

    private ShapeTensor Owned(long size, DataType type, long[] shape) => Owned(Allocate(size), size, type, shape);

    private ShapeTensor Owned(ulong block, long size, DataType type, long[] shape) =>
        new(new(block, size, free), type, shape, ShapeTensor.ContiguousStrides(shape));

    private static long Size(DataType type, ReadOnlySpan<long> shape)
    {
        var size = (long)type.Bytes();
        foreach (var n in shape)
            size = checked(size * n);
        return size;
    }

    private ulong Allocate(long size)
    {
        Emit(nextBlock, size, tags.Current);
        return nextBlock++;
    }

    /// <summary>Plays a kernel that produces a tensor.</summary>
    private ShapeTensor Play(KernelScript? script, DataType type, params long[] shape)
    {
        if (script is null)
            return New(type, shape);
        var size = Size(type, shape);
        return Play(script, size) is { } result
            ? Owned(result.Block, result.Size, type, shape)
            : throw new InvalidOperationException($"the kernel of {tags.Current} has no result");
    }

    private (ulong Block, long Size)? Play(KernelScript? script, long resultSize = 0)
    {
        if (script is null)
            return null;
        (ulong, long)? result = null;
        blocksOfScript.Clear();
        foreach (ref readonly var step in script.Steps)
        {
            switch (step.Kind)
            {
                case StepKind.Result:
                    var size = step.Size > 0 ? step.Size : resultSize;
                    result = (Allocate(size), size);
                    break;
                case StepKind.Allocate:
                    blocksOfScript.Add(Allocate(step.Size));
                    break;
                case StepKind.Free:
                    Free(blocksOfScript[step.Block], step.Size);
                    break;
                case StepKind.Keep when kept.Add(step.Name!):
                    Emit(nextBlock++, step.Size, tags.Current.KeptByLibrary);
                    break;
            }
        }
        return result;
    }

    private void Free(ulong block, long size) => Emit(block, -size, tags.Current);

    /// <summary>Events carry requested bytes; block sizes are up to the allocator.</summary>
    private void Emit(ulong block, long size, Tag tag)
    {
        // Where the sink cannot count on, tensors are still disposed: what it says of that would hide why it could not.
        if (hasFailed)
            return;
        hasFailed = true;
        sink.Add(new(block, size, tag, Requested: size));
        hasFailed = false;
    }

    private ShapeTensor Contiguous(ShapeTensor x) => x.IsContiguous ? x.View(x.Shape, x.Strides) : New(x.Type, x.Shape);

    private static ShapeTensor Transposed(ShapeTensor x, int a, int b)
    {
        var (shape, strides) = (x.Shape.AsSpan().ToArray(), x.Strides.AsSpan().ToArray());
        (shape[a], shape[b]) = (shape[b], shape[a]);
        (strides[a], strides[b]) = (strides[b], strides[a]);
        return x.View(shape, strides);
    }

    /// <summary>A view if the layout allows, else a contiguous copy, like torch's reshape.</summary>
    private ShapeTensor Reshaped(ShapeTensor x, params long[] shape) =>
        Layout.TryView(x.Shape, x.Strides, shape) is { } strides ? x.View(shape, strides) : New(x.Type, shape);

    /// <summary>[B, h, m, n] → [B·h, m, n], for a batched matmul.</summary>
    private ShapeTensor Folded(ShapeTensor x) => Reshaped(x, x.Shape[0] * x.Shape[1], x.Shape[2], x.Shape[3]);

    /// <summary>True if heads [B, h, T, D] are token-major; repeated without a copy, they have a stride of 0.</summary>
    private static bool ByToken(ShapeTensor heads) => heads.Strides[1] > 0 && heads.Strides[1] < heads.Strides[2];

    private static void RequireWidth(ShapeTensor rows, ShapeTensor? weight)
    {
        if (weight is not null)
            Require(rows.Shape[^1] == weight.Shape[0], "rows [n, d] and weights [d]", rows, weight);
        else
            rows.ThrowIfDisposed();
    }

    private static void RequireMask(ShapeTensor mask, long heads, long tokens, long attended) =>
        Require(
            mask.Shape.AsSpan().SequenceEqual([tokens, attended]) || mask.Shape.AsSpan().SequenceEqual([1, heads, tokens, attended]),
            $"a mask [{tokens}, {attended}], or one for each of {heads} heads", mask);

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
        throw new ArgumentException($"expected {wanted}, got {string.Join(" and ", seen)}");
    }
}
