using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LlmMemProfiler.Harness.Torch;

/// <summary>
/// Executes each operation as a functional libtorch call. Temporaries are disposed inside the operation that creates them;
/// results belong to the caller.
/// </summary>
/// <param name="tags">Tells the allocation hook which operation is running.</param>
/// <param name="device">The tensors' device.</param>
/// <param name="loads">Where nothing is computed, how many rows each expert gets; null to read it from the router's picks.</param>
/// <param name="record">Receives how many each got; null for nobody.</param>
public sealed class TorchOps(TagCursor tags, torch.Device device, ExpertLoads? loads = null, RecordedLoads? record = null) : ITensorOps<Tensor>
{
    public TagCursor Tags => tags;

    public Tensor Zeros(IReadOnlyList<long> shape, DataType type)
    {
        using var operation = tags.Begin(Operation.Zeros);
        // Weights are written over as soon as they are there: zeros would cost a pass over their memory, and touch it before they are read.
        return tags.Current.Part == Part.Weights ? empty([.. shape], type.ToTorch(), device) : zeros([.. shape], type.ToTorch(), device);
    }

    public Tensor Embedding(Tensor table, Tensor ids)
    {
        using var operation = tags.Begin(Operation.Embedding);
        return table.index_select(0, ids);
    }

    public void AddPositions(Tensor rows, Tensor positions)
    {
        using var operation = tags.Begin(Operation.AddPositions);
        using var sequences = rows.view(-1, positions.size(0), positions.size(1));
        InPlace(sequences, sequences.add_(positions));
    }

    public Tensor LayerNorm(Tensor rows, Tensor? weight, Tensor? bias, double epsilon, bool fromOne = false)
    {
        using var operation = tags.Begin(Operation.LayerNorm);
        using var gain = weight is not null && fromOne ? Sum(weight, 1) : null;
        return functional.layer_norm(rows, [rows.size(-1)], gain ?? weight, bias, epsilon);
    }

    private static Tensor Sum(Tensor x, double y)
    {
        using Scalar scalar = y;
        return x.add(scalar);
    }

    /// <remarks>TorchSharp 0.107.0 has no <c>rms_norm</c>: composed as transformers' <c>LlamaRMSNorm</c> and <c>GemmaRMSNorm</c> do.</remarks>
    public Tensor RmsNorm(Tensor rows, Tensor? weight, double epsilon, bool fromOne)
    {
        using var operation = tags.Begin(Operation.RmsNorm);
        if (rows.dtype == ScalarType.Float32)
            return Weighed(Normed(rows, epsilon), weight, fromOne);
        using var wide = rows.to(ScalarType.Float32);
        using (var factors = InverseRoots(wide, epsilon))
            InPlace(wide, wide.mul_(factors));
        if (!fromOne)
            return Weighed(wide.to(rows.dtype), weight, fromOne);
        InPlace(wide, Weighed(wide, weight, fromOne));
        return wide.to(rows.dtype);
    }

    private static Tensor Normed(Tensor rows, double epsilon)
    {
        using var factors = InverseRoots(rows, epsilon);
        return rows.mul(factors);
    }

    /// <summary>1 / √(mean + ε) of the squares of FP32 rows, [n, 1].</summary>
    private static Tensor InverseRoots(Tensor rows, double epsilon)
    {
        using Scalar added = epsilon;
        var means = MeanSquares(rows);
        InPlace(means, means.add_(added));
        InPlace(means, means.rsqrt_());
        return means;
    }

    private static Tensor MeanSquares(Tensor rows)
    {
        using var squares = rows.mul(rows);
        return squares.mean([-1], keepdim: true);
    }

    /// <summary>Multiplies rows by a weight, or by 1 + weight in FP32, in place.</summary>
    private static Tensor Weighed(Tensor rows, Tensor? weight, bool fromOne)
    {
        if (weight is null)
            return rows;
        using var gain = fromOne ? OneMore(weight) : null;
        InPlace(rows, rows.mul_(gain ?? weight));
        return rows;
    }

    private static Tensor OneMore(Tensor weight)
    {
        if (weight.dtype == ScalarType.Float32)
            return Sum(weight, 1);
        using Scalar one = 1;
        var gain = weight.to(ScalarType.Float32);
        InPlace(gain, gain.add_(one));
        return gain;
    }

    public Tensor Linear(Tensor rows, Tensor weight, Tensor? bias)
    {
        using var operation = tags.Begin(Operation.Linear);
        return functional.linear(rows, weight, bias);
    }

    public Tensor Activate(Tensor x, Activation activation)
    {
        using var operation = tags.Begin(activation.Operation());
        return activation switch
        {
            Activation.Gelu => x.gelu(TorchSharp.Modules.GELU.Approximate.none),
            Activation.GeluTanh => x.gelu(TorchSharp.Modules.GELU.Approximate.tanh),
            Activation.Relu => x.relu(),
            Activation.ReluSquared => ReluSquared(x),
            Activation.QuickGelu => QuickGelu(x),
            Activation.Silu => x.silu(),
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "not an executed activation"),
        };
    }

    private static Tensor ReluSquared(Tensor x)
    {
        var y = x.relu();
        InPlace(y, y.mul_(y));
        return y;
    }

    private static Tensor QuickGelu(Tensor x)
    {
        using Scalar factor = 1.702;
        var y = x.mul(factor);
        InPlace(y, y.sigmoid_());
        InPlace(y, y.mul_(x));
        return y;
    }

    public Tensor Add(Tensor a, Tensor b)
    {
        using var operation = tags.Begin(Operation.Add);
        return a.add(b);
    }

    public Tensor Sigmoid(Tensor x)
    {
        using var operation = tags.Begin(Operation.Sigmoid);
        return x.sigmoid();
    }

    public Tensor ClampedGate(Tensor gate, Tensor up, GateClamp clamp)
    {
        using var operation = tags.Begin(Operation.ClampedGate);
        using Scalar least = -clamp.Limit, most = clamp.Limit, slope = clamp.Slope, one = 1;
        Tensor result;
        using (var bounded = gate.clamp(max: most))
        {
            result = bounded.mul(slope);
            InPlace(result, result.sigmoid_());
            InPlace(result, result.mul_(bounded));
        }
        using var opened = up.clamp(least, most);
        InPlace(opened, opened.add_(one));
        InPlace(result, result.mul_(opened));
        return result;
    }

    public (Tensor Values, Tensor Picks) TopK(Tensor rows, int count)
    {
        using var operation = tags.Begin(Operation.TopK);
        return rows.topk(count);
    }

    public (Tensor Weights, Tensor Picks) SparseMixer(Tensor scores, int count, double tolerance)
    {
        using var operation = tags.Begin(Operation.SparseMixer);
        return Torch.SparseMixer.Of(scores, count, tolerance);
    }

    public Tensor Gather(Tensor rows, Tensor places)
    {
        using var operation = tags.Begin(Operation.Gather);
        return rows.gather(-1, places);
    }

    public Tensor RowSums(Tensor rows)
    {
        using var operation = tags.Begin(Operation.RowSums);
        return rows.sum(-1, keepdim: true);
    }

    public void Divide(Tensor rows, Tensor divisors)
    {
        using var operation = tags.Begin(Operation.Divide);
        InPlace(rows, rows.div_(divisors));
    }

    public Tensor InBestGroups(Tensor scores, Routing routing)
    {
        using var operation = tags.Begin(Operation.InBestGroups);
        using Scalar hidden = double.NegativeInfinity;
        using var groups = scores.view(scores.size(0), routing.Groups, -1);
        using var isHidden = IsWorse(GroupScores(groups, routing.BestOfGroup), routing.PickedGroups);
        using var column = isHidden.unsqueeze(-1);
        using var shown = groups.masked_fill(column, hidden);
        return shown.view(scores.size(0), scores.size(1));
    }

    private static Tensor GroupScores(Tensor groups, int best)
    {
        var (values, places) = groups.topk(best);
        places.Dispose();
        using (values)
            return values.sum(-1);
    }

    /// <summary>True where an element is not among the largest of its row, which are consumed.</summary>
    private static Tensor IsWorse(Tensor rows, int count)
    {
        using (rows)
        {
            var (values, places) = rows.topk(count);
            places.Dispose();
            using (values)
            {
                using var least = values.narrow(-1, count - 1, 1);
                return rows.lt(least);
            }
        }
    }

    public Tensor SortByExpert(Tensor picks, int experts, out IReadOnlyList<long> counts)
    {
        using var operation = tags.Begin(Operation.SortByExpert);
        var order = empty([2, picks.NumberOfElements], ScalarType.Int64, device);
        var (rows, picked) = (picks.size(0), (int)picks.size(1));
        counts = loads?.Counts(tags.Current, rows, experts, picked) ?? PickOrder.Write(picks, experts, order);
        record?.Add(tags.Current, counts);
        return order;
    }

    public Tensor SelectRows(Tensor rows, Tensor numbers)
    {
        using var operation = tags.Begin(Operation.SelectRows);
        return rows.index_select(0, numbers);
    }

    public void AddRows(Tensor rows, Tensor numbers, Tensor added)
    {
        using var operation = tags.Begin(Operation.AddRows);
        using Scalar once = 1;
        InPlace(rows, rows.index_add_(0, numbers, added, once));
    }

    public Tensor Transposed(Tensor matrix) => matrix.t();

    public Tensor Cast(Tensor x, DataType type)
    {
        using var operation = tags.Begin(Operation.Cast);
        return x.to(type.ToTorch());
    }

    /// <remarks>In the order of all devices: a division by a scalar would be a product with its inverse on a GPU only.</remarks>
    public (Tensor Numbers, Tensor Scales) Quantize(Tensor x, DataType type)
    {
        using var operation = tags.Begin(Operation.Quantize);
        var largest = type.Largest() ?? throw new ArgumentOutOfRangeException(nameof(type), type, "not a narrow type");
        using Scalar inverse = 1 / largest, least = -largest, most = largest, smallest = SmallestScale(x.dtype);
        var scales = linalg.vector_norm(x, double.PositiveInfinity, [-1], keepdim: true);
        InPlace(scales, scales.mul_(inverse));
        InPlace(scales, scales.clamp_(min: smallest));
        var numbers = x.div(scales);
        // FP8 is rounded to when it is written.
        if (type == DataType.Int8)
            InPlace(numbers, numbers.round_());
        // A scale that was rounded down makes numbers that are too large.
        InPlace(numbers, numbers.clamp_(least, most));
        return (numbers, scales);
    }

    /// <summary>A row of zeros must not be divided by zero.</summary>
    private static double SmallestScale(ScalarType type) => Math.Pow(2, type == ScalarType.Float16 ? -24 : -126);

    public Tensor Dequantize(Tensor numbers, Tensor scales)
    {
        using var operation = tags.Begin(Operation.Dequantize);
        var wide = numbers.to(scales.dtype);
        InPlace(wide, wide.mul_(scales));
        return wide;
    }

    public void MultiplyScales(Tensor x, Tensor scales)
    {
        using var operation = tags.Begin(Operation.MultiplyScales);
        InPlace(x, x.mul_(scales));
    }

    /// <remarks>A row of zeros stays one, as with <c>torch.nn.functional.normalize</c>.</remarks>
    public void NormalizeRows(Tensor rows, Tensor? scales)
    {
        using var operation = tags.Begin(Operation.NormalizeRows);
        using var wide = rows.dtype == ScalarType.Float32 ? rows.alias() : rows.to(ScalarType.Float32);
        using var inverse = InverseLengths(wide);
        if (scales is not null)
        {
            InPlace(scales, scales.copy_(inverse));
            return;
        }
        InPlace(wide, wide.mul_(inverse));
        if (rows.dtype != ScalarType.Float32)
            InPlace(rows, rows.copy_(wide));
    }

    private static Tensor InverseLengths(Tensor rows)
    {
        using Scalar least = 1e-24;
        var sums = SquareSums(rows);
        InPlace(sums, sums.clamp_(least));
        InPlace(sums, sums.rsqrt_());
        return sums;
    }

    private static Tensor SquareSums(Tensor rows)
    {
        using var squares = rows.mul(rows);
        return squares.sum(-1, keepdim: true);
    }

    public void Multiply(Tensor x, Tensor factors)
    {
        using var operation = tags.Begin(Operation.Multiply);
        InPlace(x, x.mul_(factors));
    }

    /// <remarks>a' = a · cos − b · sin and b' = b · cos + a · sin, with a · sin kept while a is replaced.</remarks>
    public void Rotate(Tensor heads, Tensor cosines, Tensor sines, bool isInterleaved)
    {
        using var operation = tags.Begin(Operation.Rotate);
        using Scalar minus = -1;
        var pairs = cosines.size(1);
        using var a = isInterleaved ? heads.slice(3, 0, 2 * pairs, 2) : heads.narrow(3, 0, pairs);
        using var b = isInterleaved ? heads.slice(3, 1, 2 * pairs, 2) : heads.narrow(3, pairs, pairs);
        using var turned = a.mul(sines);
        InPlace(a, a.mul_(cosines));
        InPlace(a, a.addcmul_(b, sines, minus));
        InPlace(b, b.mul_(cosines));
        InPlace(b, b.add_(turned));
    }

    public Tensor CausalMask(long tokens, long attended, long? window, DataType type, bool isChunked = false)
    {
        using var operation = tags.Begin(Operation.CausalMask);
        var mask = Hidden(tokens, attended, type);
        InPlace(mask, mask.triu_(attended - tokens + 1));
        if (window is not { } seen)
            return mask;
        if (isChunked)
        {
            HideChunksBefore(mask, seen);
            return mask;
        }
        using var before = Hidden(tokens, attended, type);
        InPlace(before, before.tril_(attended - tokens - seen));
        InPlace(mask, mask.add_(before));
        return mask;
    }

    /// <summary>Hides each chunk of a mask, [T, L], from all tokens after it.</summary>
    private static void HideChunksBefore(Tensor mask, long length)
    {
        using Scalar hidden = double.NegativeInfinity;
        var (tokens, attended) = (mask.size(0), mask.size(1));
        for (var end = length; end < attended; end += length)
        {
            var row = end - (attended - tokens);
            using var rows = mask.narrow(0, row, tokens - row);
            using var chunk = rows.narrow(1, end - length, length);
            InPlace(chunk, chunk.fill_(hidden));
        }
    }

    private Tensor Hidden(long tokens, long attended, DataType type)
    {
        using Scalar hidden = double.NegativeInfinity;
        return full([tokens, attended], hidden, type.ToTorch(), device);
    }

    public Tensor FusedAttention(Tensor queries, Tensor keys, Tensor values, Tensor? mask, bool causal)
    {
        using var operation = tags.Begin(Operation.FusedAttention);
        return functional.scaled_dot_product_attention(queries, keys, values, mask, is_casual: causal);
    }

    public Tensor Scores(Tensor queries, Tensor keys)
    {
        using var operation = tags.Begin(Operation.Scores);
        using var columns = keys.transpose(2, 3);
        return Product(queries, columns);
    }

    public void Scale(Tensor x, double factor)
    {
        using var operation = tags.Begin(Operation.Scale);
        using Scalar scalar = factor;
        InPlace(x, x.mul_(scalar));
    }

    public void Cap(Tensor x, double cap)
    {
        using var operation = tags.Begin(Operation.Cap);
        using Scalar inverse = 1 / cap;
        using Scalar factor = cap;
        InPlace(x, x.mul_(inverse));
        InPlace(x, x.tanh_());
        InPlace(x, x.mul_(factor));
    }

    public void Clamp(Tensor x, double limit)
    {
        using var operation = tags.Begin(Operation.Clamp);
        using Scalar least = -limit;
        using Scalar most = limit;
        InPlace(x, x.clamp_(least, most));
    }

    public Tensor BiasMask(Tensor biases, Tensor? mask)
    {
        using var operation = tags.Begin(Operation.BiasMask);
        var (heads, attended) = (biases.size(0), biases.size(1));
        var all = biases.as_strided([1, heads, 1, attended], [0, biases.stride(0), 0, biases.stride(1)]);
        if (mask is null)
            return all;
        using (all)
            return all.add(mask);
    }

    public void AddMask(Tensor scores, Tensor mask)
    {
        using var operation = tags.Begin(Operation.AddMask);
        InPlace(scores, scores.add_(mask));
    }

    public Tensor Softmax(Tensor scores)
    {
        using var operation = tags.Begin(Operation.Softmax);
        return functional.softmax(scores, -1);
    }

    public Tensor WeightedSum(Tensor probabilities, Tensor values)
    {
        using var operation = tags.Begin(Operation.WeightedSum);
        return Product(probabilities, values);
    }

    public Tensor SplitHeads(Tensor rows, long batch, HeadColumns columns)
    {
        // One call instead of narrow, view and transpose.
        var (tokens, width) = (rows.size(0) / batch, rows.size(1));
        return rows.as_strided([batch, columns.Heads, tokens, columns.HeadDim], [tokens * width, columns.Stride, width, 1], columns.First);
    }

    public Tensor PerHead(Tensor numbers, long batch, long tokens) =>
        numbers.as_strided([batch, numbers.size(0), tokens, 1], [0, numbers.stride(0), 0, 0]);

    public Tensor InRowsOf(Tensor rows, long width) => rows.view(-1, width);

    public Tensor MergeHeads(Tensor context)
    {
        using var operation = tags.Begin(Operation.MergeHeads);
        using var byToken = context.transpose(1, 2);
        return byToken.reshape(context.size(0) * context.size(2), context.size(1) * context.size(3));
    }

    public Tensor FoldHeads(Tensor x, long group)
    {
        var (heads, step) = (x.size(1), x.stride(1));
        return x.as_strided([x.size(0), heads / group, group, x.size(3)], [x.stride(0), group * step, step, x.stride(3)], x.storage_offset());
    }

    public Tensor MergeFolded(Tensor context)
    {
        using var operation = tags.Begin(Operation.MergeHeads);
        return context.reshape(context.size(0), context.size(1) * context.size(2) * context.size(3));
    }

    public Tensor RepeatHeads(Tensor x, long times)
    {
        using var operation = tags.Begin(Operation.RepeatHeads);
        var (batch, heads, length, headDim) = (x.size(0), x.size(1), x.size(2), x.size(3));
        using var single = x.unsqueeze(2);
        using var repeated = single.expand(batch, heads, times, length, headDim);
        return repeated.reshape(batch, heads * times, length, headDim);
    }

    public Tensor Concatenate(IReadOnlyList<Tensor> tensors, int dimension)
    {
        using var operation = tags.Begin(Operation.Concatenate);
        return cat([.. tensors], dimension);
    }

    public Tensor Narrow(Tensor x, int dimension, long start, long length) => x.narrow(dimension, start, length);

    public Tensor LastRows(Tensor rows, long batch)
    {
        var (tokens, width) = (rows.size(0) / batch, rows.size(1));
        return rows.as_strided([batch, width], [tokens * width, 1], (tokens - 1) * width);
    }

    public Tensor Flatten(Tensor x)
    {
        using var operation = tags.Begin(Operation.Flatten);
        return x.reshape(-1);
    }

    public void WriteCache(Tensor place, Tensor states)
    {
        using var operation = tags.Begin(Operation.WriteCache);
        InPlace(place, place.copy_(states));
    }

    public void WriteTokens(Tensor place, Tensor ids)
    {
        using var operation = tags.Begin(Operation.WriteTokens);
        InPlace(place, place.copy_(ids));
    }

    public Tensor ArgMax(Tensor rows)
    {
        using var operation = tags.Begin(Operation.ArgMax);
        return rows.argmax(-1);
    }

    /// <summary>[B, h, m, k] · [B, h, k, n] → [B, h, m, n], in the same steps as libtorch's matmul.</summary>
    /// <remarks>
    /// TorchSharp 0.107.0's matmul does not catch C++ exceptions, so the first one, such as 'out of memory', kills the process
    /// (src/Native/LibTorchSharp/THSTensor.cpp, <c>THSTensor_matmul</c>, the only one of these operations without a guard).
    /// </remarks>
    private static Tensor Product(Tensor left, Tensor right)
    {
        using var lefts = left.reshape(-1, left.size(2), left.size(3));
        using var rights = right.reshape(-1, right.size(2), right.size(3));
        using var products = lefts.bmm(rights);
        return products.view(left.size(0), left.size(1), left.size(2), right.size(3));
    }

    /// <summary>Some of TorchSharp's in-place methods return a second handle to the target, which would keep the storage alive.</summary>
    internal static void InPlace(Tensor target, Tensor result)
    {
        if (!ReferenceEquals(target, result))
            result.Dispose();
    }
}
