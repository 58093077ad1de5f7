using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Checks;

/// <summary>One way to call an operation; results are compared across devices and types.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Run">Calls it on inputs, which it may change; the enclosing scope disposes its results.</param>
internal sealed record OperationCase(Operation Operation, Func<ITensorOps<Tensor>, OperationInputs, Tensor> Run)
{
    /// <summary>Each operation of the model, in each form the model uses.</summary>
    public static IReadOnlyList<OperationCase> All { get; } =
    [
        new(Operation.Zeros, (ops, x) => ops.Zeros([3, 5], x.Type)),
        new(Operation.Embedding, (ops, x) => ops.Embedding(x.Weight, x.Ids)),
        new(Operation.AddPositions, (ops, x) => InPlace(x.Rows, rows => ops.AddPositions(rows, x.Positions))),
        new(Operation.LayerNorm, (ops, x) => ops.LayerNorm(x.Rows, x.Gain, x.Bias, 1e-5)),
        new(Operation.Linear, (ops, x) => ops.Linear(x.Rows, x.Weight, null)),
        new(Operation.Linear, (ops, x) => ops.Linear(x.Rows, x.Weight, x.OutputBias)),
        new(Operation.Linear, (ops, x) => ops.Linear(ops.Narrow(x.Rows, 0, 1, 1), x.Weight, x.OutputBias)),
        new(Operation.LayerNorm, (ops, x) => ops.LayerNorm(x.Rows, null, null, 1e-5)),
        new(Operation.LayerNorm, (ops, x) => ops.LayerNorm(x.Rows, x.Gain, x.Bias, 1e-5, fromOne: true)),
        new(Operation.RmsNorm, (ops, x) => ops.RmsNorm(x.Rows, x.Gain, 1e-5, fromOne: false)),
        new(Operation.RmsNorm, (ops, x) => ops.RmsNorm(x.Rows, x.Gain, 1e-5, fromOne: true)),
        new(Operation.Gelu, (ops, x) => ops.Activate(x.Rows, Activation.Gelu)),
        new(Operation.Gelu, (ops, x) => ops.Activate(x.Rows, Activation.GeluTanh)),
        new(Operation.Silu, (ops, x) => ops.Activate(x.Rows, Activation.Silu)),
        new(Operation.Relu, (ops, x) => ops.Activate(x.Rows, Activation.Relu)),
        new(Operation.Gelu, (ops, x) => ops.Activate(x.Rows, Activation.QuickGelu)),
        new(Operation.Relu, (ops, x) => ops.Activate(x.Rows, Activation.ReluSquared)),
        new(Operation.Multiply, (ops, x) => InPlace(x.Rows, rows => ops.Multiply(rows, x.Gain))),
        new(Operation.Multiply, (ops, x) => InPlace(x.Rows, rows => ops.Multiply(rows, ops.Narrow(x.Gain, 0, 0, 1)))),
        new(Operation.NormalizeRows, (ops, x) => InPlace(x.Rows, rows => ops.NormalizeRows(rows, null))),
        new(Operation.NormalizeRows, (ops, x) => InPlace(ops.Narrow(x.Scales, 0, 0, 8), scales => ops.NormalizeRows(ops.InRowsOf(x.Small, 32), scales))),
        new(Operation.Rotate, (ops, x) => InPlace(x.Queries, queries => ops.Rotate(queries, x.Cosines, x.Sines, isInterleaved: false))),
        new(Operation.Rotate, (ops, x) => InPlace(x.Queries, queries => ops.Rotate(queries, x.Cosines, x.Sines, isInterleaved: true))),
        new(Operation.Sigmoid, (ops, x) => ops.Sigmoid(x.Rows)),
        new(Operation.ClampedGate, (ops, x) => ops.ClampedGate(x.Rows, x.Rows, new(1, 1.5))),
        new(Operation.TopK, (ops, x) => ops.TopK(x.Distinct, 3).Values),
        new(Operation.TopK, (ops, x) => ops.TopK(x.Distinct, 3).Picks),
        new(Operation.SparseMixer, (ops, x) => ops.SparseMixer(x.Distinct, 2, 0.1).Weights),
        new(Operation.SparseMixer, (ops, x) => ops.SparseMixer(x.Distinct, 2, 0.1).Picks),
        new(Operation.Gather, (ops, x) => ops.Gather(x.Distinct, ops.TopK(x.Distinct, 3).Picks)),
        new(Operation.RowSums, (ops, x) => ops.RowSums(x.Scales)),
        new(Operation.Divide, (ops, x) => InPlace(x.Rows, rows => ops.Divide(rows, ops.Sigmoid(x.Scales)))),
        new(Operation.InBestGroups, (ops, x) => ops.Softmax(ops.InBestGroups(x.Distinct, new(RouterScores.Softmax) { Groups = 4, PickedGroups = 2, BestOfGroup = 2 }))),
        new(Operation.SortByExpert, (ops, x) => ops.SortByExpert(ops.TopK(x.Distinct, 3).Picks, 100, out _)),
        new(Operation.SelectRows, (ops, x) => ops.SelectRows(x.Weight, x.Ids)),
        new(Operation.AddRows, (ops, x) => InPlace(x.Weight, rows => ops.AddRows(rows, ops.Narrow(x.Ids, 0, 1, 3), ops.Narrow(x.Rows, 0, 0, 3)))),
        new(Operation.Add, (ops, x) => ops.Add(x.Rows, x.Rows)),
        new(Operation.Cast, (ops, x) => ops.Cast(x.Small, x.Type)),
        // Whole numbers up to 127 are their own INT8.
        new(Operation.Quantize, (ops, x) => ops.Quantize(ops.Cast(ops.Narrow(x.Small, 0, 1, 255), x.Type), DataType.Int8).Numbers),
        new(Operation.Quantize, (ops, x) => ops.Quantize(x.Rows, DataType.Float8).Scales),
        new(Operation.Dequantize, (ops, x) => ops.Dequantize(ops.Narrow(x.Small, 0, 0, 64), ops.Narrow(x.Gain, 0, 0, 1))),
        new(Operation.Dequantize, (ops, x) => ops.Dequantize(ops.Cast(x.Rows, DataType.Float8), x.Scales)),
        new(Operation.MultiplyScales, (ops, x) => InPlace(x.Rows, rows => ops.MultiplyScales(rows, x.Scales))),
        new(Operation.CausalMask, (ops, x) => ops.Softmax(ops.CausalMask(2, 3, null, x.Type))),
        new(Operation.CausalMask, (ops, x) => ops.Softmax(ops.CausalMask(3, 5, 2, x.Type))),
        new(Operation.CausalMask, (ops, x) => ops.Softmax(ops.CausalMask(6, 7, 3, x.Type, isChunked: true))),
        new(Operation.FusedAttention, (ops, x) => ops.FusedAttention(x.Queries, x.Keys, x.Values, null, causal: true)),
        new(Operation.FusedAttention, (ops, x) =>
            ops.FusedAttention(ops.Narrow(x.Queries, 2, 1, 1), x.Keys, x.Values, null, causal: false)),
        new(Operation.FusedAttention, (ops, x) =>
            ops.FusedAttention(ops.Narrow(x.Queries, 2, 1, 2), x.Keys, x.Values, ops.CausalMask(2, OperationInputs.Length, null, x.Type), causal: false)),
        new(Operation.Scores, (ops, x) => ops.Scores(x.Queries, x.Keys)),
        new(Operation.Scale, (ops, x) => InPlace(x.Queries, queries => ops.Scale(queries, 0.25))),
        new(Operation.Cap, (ops, x) => InPlace(x.Square, scores => ops.Cap(scores, 0.5))),
        new(Operation.Clamp, (ops, x) => InPlace(x.Rows, rows => ops.Clamp(rows, 0.5))),
        new(Operation.BiasMask, (ops, x) => ops.Softmax(ops.BiasMask(ops.Narrow(x.Positions, 1, 0, 3), ops.CausalMask(2, 3, null, x.Type)))),
        new(Operation.AddMask, (ops, x) => InPlace(x.Square, scores => ops.AddMask(scores, x.Mask))),
        new(Operation.Softmax, (ops, x) => ops.Softmax(x.Rows)),
        new(Operation.WeightedSum, (ops, x) => ops.WeightedSum(x.Square, x.Values)),
        new(Operation.MergeHeads, (ops, x) => ops.MergeHeads(ops.SplitHeads(x.Rows, 2, new(0, 4, OperationInputs.Width / 4)))),
        new(Operation.MergeHeads, (ops, x) => ops.MergeFolded(ops.FoldHeads(ops.Narrow(x.Queries, 2, 1, 1), 2))),
        new(Operation.RepeatHeads, (ops, x) => ops.RepeatHeads(x.Keys, 2)),
        new(Operation.Concatenate, (ops, x) => ops.Concatenate([x.Keys, x.Values], 2)),
        new(Operation.Flatten, (ops, x) => ops.Flatten(ops.LastRows(x.Rows, 2))),
        new(Operation.WriteCache, (ops, x) =>
            InPlace(x.Keys, cache => ops.WriteCache(ops.Narrow(cache, 2, 1, 2), ops.Narrow(x.Values, 2, 0, 2)))),
        new(Operation.WriteTokens, (ops, x) =>
            InPlace(x.Ids, ids => ops.WriteTokens(ops.Narrow(ids, 0, 0, 2), ops.Narrow(x.Ids, 0, 2, 2)))),
        new(Operation.ArgMax, (ops, x) => ops.ArgMax(x.Distinct)),
    ];

    private static Tensor InPlace(Tensor target, Action<Tensor> change)
    {
        change(target);
        return target;
    }
}
