using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Allocation.Repetition;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models;

/// <summary>
/// The operations of the transformer. One interpreter executes them on libtorch, the other works on shapes only
/// and emits the kernels' allocations. Each method is one operation in <see cref="Tags"/>, or a view that
/// allocates nothing. The caller owns and disposes each result; a view keeps its storage alive.
/// </summary>
/// <remarks>
/// B: batch, T: tokens in this pass, L: positions attended to, d: d_model, h: heads, D: head_dim, n = B·T rows.
/// </remarks>
/// <typeparam name="TTensor">A libtorch or shape-only tensor.</typeparam>
public interface ITensorOps<TTensor>
    where TTensor : class, IDisposable
{
    TagCursor Tags { get; }

    /// <summary>Repeats layers without computing them, where that is known to come to the same; null for an interpreter that computes all.</summary>
    ILayerRepeater? Repeater => null;

    /// <summary>A new tensor of zeros; of anything, if it belongs to the weights, which are filled next.</summary>
    TTensor Zeros(IReadOnlyList<long> shape, DataType type);

    /// <summary>Rows of a table by id: [V, k], [n] → [n, k].</summary>
    TTensor Embedding(TTensor table, TTensor ids);

    /// <summary>Adds the positions' rows to each sequence in place: [B·T, d] += [T, d].</summary>
    void AddPositions(TTensor rows, TTensor positions);

    /// <summary>Layer normalization over the last dimension: [n, d] → [n, d].</summary>
    /// <param name="rows">[n, d].</param>
    /// <param name="weight">[d], or null.</param>
    /// <param name="bias">[d], or null.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="fromOne">True to multiply by 1 + weight.</param>
    TTensor LayerNorm(TTensor rows, TTensor? weight, TTensor? bias, double epsilon, bool fromOne = false);

    /// <summary>x / √(mean of x² + ε), in FP32, times a weight: [n, d] → [n, d].</summary>
    /// <param name="rows">[n, d].</param>
    /// <param name="weight">[d], or null.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="fromOne">True to multiply by 1 + weight, in FP32 too; false to multiply by the weight in the rows' type.</param>
    TTensor RmsNorm(TTensor rows, TTensor? weight, double epsilon, bool fromOne);

    /// <summary>rows · weightᵀ + bias: [n, in], [out, in], [out]? → [n, out].</summary>
    TTensor Linear(TTensor rows, TTensor weight, TTensor? bias);

    /// <summary>An activation: a new tensor of the same shape.</summary>
    TTensor Activate(TTensor x, Activation activation);

    /// <summary>The sigmoid of each element: a new tensor of the same shape.</summary>
    TTensor Sigmoid(TTensor x);

    /// <summary>A gate with bounds: [n, f], [n, f] → [n, f].</summary>
    /// <param name="gate">[n, f].</param>
    /// <param name="up">[n, f].</param>
    /// <param name="clamp">The bounds.</param>
    TTensor ClampedGate(TTensor gate, TTensor up, GateClamp clamp);

    /// <summary>The largest elements of each row, and where they are, INT64: [n, E] → 2 × [n, k].</summary>
    (TTensor Values, TTensor Picks) TopK(TTensor rows, int count);

    /// <summary>
    /// Experts picked one after the other, each weighed by a softmax over those that are left and come near it, and where they are, INT64:
    /// [n, E] → 2 × [n, k].
    /// </summary>
    /// <param name="scores">[n, E].</param>
    /// <param name="count">k.</param>
    /// <param name="tolerance">Those are near that are not further away than twice this share of the larger of both scores.</param>
    (TTensor Weights, TTensor Picks) SparseMixer(TTensor scores, int count, double tolerance);

    /// <summary>Elements of each row by their places: [n, E], [n, k] → [n, k].</summary>
    TTensor Gather(TTensor rows, TTensor places);

    /// <summary>The sum of each row: [n, k] → [n, 1].</summary>
    TTensor RowSums(TTensor rows);

    /// <summary>Divides each row in place: [n, k] /= [n, 1].</summary>
    void Divide(TTensor rows, TTensor divisors);

    /// <summary>Scores of experts, −∞ in groups that are not among the best: [n, E] → [n, E].</summary>
    /// <param name="scores">[n, E], group by group.</param>
    /// <param name="routing">Groups, and how they are picked.</param>
    TTensor InBestGroups(TTensor scores, Routing routing);

    /// <summary>
    /// The picks of all rows in the order of their experts: [n, k] → [2, n·k], INT64: the numbers of the rows, and the places in
    /// the flattened picks. The host waits for the device.
    /// </summary>
    /// <param name="picks">[n, k].</param>
    /// <param name="experts">Number of experts.</param>
    /// <param name="counts">Rows of each expert.</param>
    TTensor SortByExpert(TTensor picks, int experts, out IReadOnlyList<long> counts);

    /// <summary>Rows by their numbers: [n, k], [m] → [m, k].</summary>
    TTensor SelectRows(TTensor rows, TTensor numbers);

    /// <summary>Adds to rows by their numbers, in place: [n, k], [m], [m, k].</summary>
    void AddRows(TTensor rows, TTensor numbers, TTensor added);

    /// <summary>[m, n] → [n, m], a view.</summary>
    TTensor Transposed(TTensor matrix);

    /// <summary>a + b: a new tensor of a's shape; b has the same, or is one row.</summary>
    TTensor Add(TTensor a, TTensor b);

    /// <summary>A new tensor of another data type.</summary>
    TTensor Cast(TTensor x, DataType type);

    /// <summary>
    /// The nearest numbers of a narrow type, ties to even, where the largest element of each row becomes its largest number: [..., D] → [..., D]
    /// and [..., 1].
    /// </summary>
    /// <param name="x">[..., D].</param>
    /// <param name="type">A type with a <see cref="DataTypes.Largest"/> number.</param>
    /// <returns>The numbers, still in the type of <paramref name="x"/>, FP8 not yet rounded to; and what each row was divided by.</returns>
    (TTensor Numbers, TTensor Scales) Quantize(TTensor x, DataType type);

    /// <summary>Numbers of a narrow type times the scales of their rows, in the scales' type: [..., D], [..., 1] → [..., D].</summary>
    TTensor Dequantize(TTensor numbers, TTensor scales);

    /// <summary>Multiplies each row by its scale in place: [n, k] *= [n, 1], or [B, h, T, D] *= [T, 1].</summary>
    void MultiplyScales(TTensor x, TTensor scales);

    /// <summary>Divides each row by its length, in place; an INT8 one by making one over its length the scale: [n, k], [n, 1]?.</summary>
    void NormalizeRows(TTensor rows, TTensor? scales);

    /// <summary>Multiplies in place, row by row, element by element or by one number: [n, k] *= [n, k], [k] or [1].</summary>
    void Multiply(TTensor x, TTensor factors);

    /// <summary>
    /// Rotates the first elements of each head in place, by the angles of its position: pairs are neighbors, or half of the rotated
    /// elements apart.
    /// </summary>
    /// <param name="heads">[B, h, T, D].</param>
    /// <param name="cosines">[T, pairs].</param>
    /// <param name="sines">[T, pairs].</param>
    /// <param name="isInterleaved">True if neighbors are a pair.</param>
    void Rotate(TTensor heads, TTensor cosines, TTensor sines, bool isInterleaved);

    /// <summary>[T, L]: 0 where a token may attend, −∞ elsewhere; token i is at position L − T + i.</summary>
    /// <param name="tokens">T.</param>
    /// <param name="attended">L.</param>
    /// <param name="window">The most tokens attended to, the present one included; null for all before.</param>
    /// <param name="type">Its type.</param>
    /// <param name="isChunked">True if the window does not slide: it starts at multiples of its length, of which position 0 is one.</param>
    TTensor CausalMask(long tokens, long attended, long? window, DataType type, bool isChunked = false);

    /// <summary>softmax(q·kᵀ / √D + mask)·v in one kernel: [B, h, T, D], 2 × [B, h, L, D], [T, L]? → [B, h, T, D].</summary>
    /// <param name="queries">[B, h, T, D].</param>
    /// <param name="keys">[B, h, L, D].</param>
    /// <param name="values">[B, h, L, D].</param>
    /// <param name="mask">[T, L] or [1, h, T, L], or null.</param>
    /// <param name="causal">Token i sees keys 0 to i; needs T = L and no mask.</param>
    TTensor FusedAttention(TTensor queries, TTensor keys, TTensor values, TTensor? mask, bool causal);

    /// <summary>q·kᵀ: [B, h, T, D], [B, h, L, D] → [B, h, T, L].</summary>
    TTensor Scores(TTensor queries, TTensor keys);

    /// <summary>Multiplies by a scalar in place.</summary>
    void Scale(TTensor x, double factor);

    /// <summary>Bounds to ± cap in place, by cap · tanh(x / cap).</summary>
    void Cap(TTensor x, double cap);

    /// <summary>Cuts off what is beyond ± limit, in place.</summary>
    void Clamp(TTensor x, double limit);

    /// <summary>Biases of the keys of each head, and a mask: [h, L], [T, L]? → [1, h, T, L]; without a mask a view, for T = 1.</summary>
    TTensor BiasMask(TTensor biases, TTensor? mask);

    /// <summary>Adds a mask in place: [B, h, T, L] += [T, L] or [1, h, T, L].</summary>
    void AddMask(TTensor scores, TTensor mask);

    /// <summary>Softmax over the last dimension: a new tensor of the same shape.</summary>
    TTensor Softmax(TTensor scores);

    /// <summary>p·v: [B, h, T, L], [B, h, L, D] → [B, h, T, D].</summary>
    TTensor WeightedSum(TTensor probabilities, TTensor values);

    /// <summary>A view of some columns as heads: [B·T, columns] → [B, heads, T, D]. Rows must be contiguous.</summary>
    TTensor SplitHeads(TTensor rows, long batch, HeadColumns columns);

    /// <summary>One number for each head, beside the scores of each token: [h] → [B, h, T, 1], a view.</summary>
    TTensor PerHead(TTensor numbers, long batch, long tokens);

    /// <summary>The same elements in rows of another width, a view: [n, k] → [n·k / width, width]. Rows must be contiguous.</summary>
    TTensor InRowsOf(TTensor rows, long width);

    /// <summary>[B, h, T, D] → [B·T, h·D]: a view if the layout allows, else a copy.</summary>
    TTensor MergeHeads(TTensor context);

    /// <summary>The heads of a group in place of tokens, a view: [B, kv_heads·group, 1, k] → [B, kv_heads, group, k].</summary>
    TTensor FoldHeads(TTensor x, long group);

    /// <summary>What folded heads attended to, as rows: [B, kv_heads, group, D] → [B, kv_heads·group·D], a view if the layout allows, else a copy.</summary>
    TTensor MergeFolded(TTensor context);

    /// <summary>Repeats each head: [B, kv_heads, L, D] → [B, kv_heads·times, L, D], a copy.</summary>
    TTensor RepeatHeads(TTensor x, long times);

    /// <summary>Joins two or more tensors of one type along a dimension: a new tensor.</summary>
    TTensor Concatenate(IReadOnlyList<TTensor> tensors, int dimension);

    /// <summary>A view of some indices of one dimension.</summary>
    TTensor Narrow(TTensor x, int dimension, long start, long length);

    /// <summary>The last token's row of each sequence: [B·T, k] → [B, k], a view.</summary>
    TTensor LastRows(TTensor rows, long batch);

    /// <summary>All elements in one dimension: a view if the layout allows, else a copy.</summary>
    TTensor Flatten(TTensor x);

    /// <summary>Copies keys or values into a cache.</summary>
    void WriteCache(TTensor place, TTensor states);

    /// <summary>Copies chosen ids into the output: [1, B] ← [B].</summary>
    void WriteTokens(TTensor place, TTensor ids);

    /// <summary>The index of each row's largest element: [n, V] → [n], INT64.</summary>
    TTensor ArgMax(TTensor rows);
}
