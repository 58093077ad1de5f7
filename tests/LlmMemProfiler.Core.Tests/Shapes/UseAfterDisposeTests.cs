using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Shapes;

public class UseAfterDisposeTests
{
    private static readonly Dictionary<string, Action<ShapeOps, ShapeTensor, ShapeTensor>> Uses = new()
    {
        ["embedding's table"] = (ops, gone, _) => ops.Embedding(gone, ops.Zeros([4], DataType.Int64)),
        ["embedding's ids"] = (ops, gone, x) => ops.Embedding(x, gone),
        ["rows to add positions to"] = (ops, gone, x) => ops.AddPositions(gone, x),
        ["positions"] = (ops, gone, x) => ops.AddPositions(x, gone),
        ["layer norm's rows"] = (ops, gone, _) => ops.LayerNorm(gone, Row(ops), Row(ops), 1e-5),
        ["linear's rows"] = (ops, gone, x) => ops.Linear(gone, x, null),
        ["linear's weight"] = (ops, gone, x) => ops.Linear(x, gone, null),
        ["linear's bias"] = (ops, gone, x) => ops.Linear(x, x, gone),
        ["activation"] = (ops, gone, _) => ops.Activate(gone, Activation.Silu),
        ["add's left side"] = (ops, gone, x) => ops.Add(gone, x),
        ["add's right side"] = (ops, gone, x) => ops.Add(x, gone),
        ["cast"] = (ops, gone, _) => ops.Cast(gone, DataType.Float32),
        ["rows to scale"] = (ops, gone, x) => ops.MultiplyScales(gone, x),
        ["scales"] = (ops, gone, x) => ops.MultiplyScales(x, gone),
        ["what is quantized"] = (ops, gone, _) => ops.Quantize(gone, DataType.Int8),
        ["narrow numbers"] = (ops, gone, _) => ops.Dequantize(gone, Row(ops)),
        ["scales of narrow numbers"] = (ops, gone, _) => ops.Dequantize(ops.Zeros([4, 4], DataType.Int8), gone),
        ["scale"] = (ops, gone, _) => ops.Scale(gone, 0.5),
        ["scores of experts"] = (ops, gone, _) => ops.SparseMixer(gone, 2, 0.1),
        ["rows to normalize"] = (ops, gone, _) => ops.NormalizeRows(gone, null),
        ["softmax"] = (ops, gone, _) => ops.Softmax(gone),
        ["split heads"] = (ops, gone, _) => ops.SplitHeads(gone, 1, new(0, 1, 4)),
        ["narrow"] = (ops, gone, _) => ops.Narrow(gone, 0, 0, 1),
        ["last rows"] = (ops, gone, _) => ops.LastRows(gone, 1),
        ["flatten"] = (ops, gone, _) => ops.Flatten(gone),
        ["a place in the cache"] = (ops, gone, x) => ops.WriteCache(gone, x),
        ["states for the cache"] = (ops, gone, x) => ops.WriteCache(x, gone),
        ["a place for tokens"] = (ops, gone, x) => ops.WriteTokens(gone, x),
        ["tokens"] = (ops, gone, x) => ops.WriteTokens(x, gone),
        ["argmax"] = (ops, gone, _) => ops.ArgMax(gone),
    };

    private static readonly Dictionary<string, Action<ShapeOps, ShapeTensor, ShapeTensor>> UsesOfHeads = new()
    {
        ["fused queries"] = (ops, gone, x) => ops.FusedAttention(gone, x, x, null, true),
        ["fused keys"] = (ops, gone, x) => ops.FusedAttention(x, gone, x, null, true),
        ["fused values"] = (ops, gone, x) => ops.FusedAttention(x, x, gone, null, true),
        ["fused mask"] = (ops, gone, x) => ops.FusedAttention(x, x, x, gone, false),
        ["queries"] = (ops, gone, x) => ops.Scores(gone, x),
        ["keys"] = (ops, gone, x) => ops.Scores(x, gone),
        ["scores to mask"] = (ops, gone, _) => ops.AddMask(gone, ops.Zeros([4, 4], DataType.Float16)),
        ["probabilities"] = (ops, gone, x) => ops.WeightedSum(gone, x),
        ["values"] = (ops, gone, x) => ops.WeightedSum(x, gone),
        ["merge heads"] = (ops, gone, _) => ops.MergeHeads(gone),
        ["fold heads"] = (ops, gone, _) => ops.FoldHeads(gone, 1),
        ["merge folded"] = (ops, gone, _) => ops.MergeFolded(gone),
        ["repeat heads"] = (ops, gone, _) => ops.RepeatHeads(gone, 2),
    };

    public static TheoryData<string> Names => [.. Uses.Keys];

    public static TheoryData<string> NamesOfHeads => [.. UsesOfHeads.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_that_are_gone_cannot_be_used(string use) => Throws(Uses[use], 4, 4);

    [Theory]
    [MemberData(nameof(NamesOfHeads))]
    public void Heads_that_are_gone_cannot_be_used(string use) => Throws(UsesOfHeads[use], 1, 2, 4, 4);

    private static ShapeTensor Row(ShapeOps ops) => ops.Zeros([4], DataType.Float16);

    private static void Throws(Action<ShapeOps, ShapeTensor, ShapeTensor> use, params long[] shape)
    {
        var ops = new ShapeOps(new TagCursor(), new Recording());
        var (gone, living) = (ops.Zeros(shape, DataType.Float16), ops.Zeros(shape, DataType.Float16));
        gone.Dispose();

        Assert.Throws<ObjectDisposedException>(() => use(ops, gone, living));
    }
}
