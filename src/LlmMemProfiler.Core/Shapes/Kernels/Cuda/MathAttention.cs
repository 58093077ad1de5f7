using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels.Cuda;

/// <summary>
/// Unfused attention, all in FP32: half types are cast to it and back; scaled queries, scaled keys,
/// scores, softmax with its check for fully masked rows, and the head-major weighted sum.
/// </summary>
/// <remarks>
/// ATen, <c>native/transformers/attention.cpp</c>, <c>_scaled_dot_product_attention_math</c> and <c>_safe_softmax</c>, with
/// <c>allow_fp16_bf16_reduction</c> off, the default. Sizes and order were verified on CPU with libtorch 2.10, which runs the same
/// composite; on CUDA scalar factors stay on the host, and a half-precision mask is added without a cast copy (ATen,
/// <c>TensorIterator.cpp</c>, <c>compute_types</c>: copies on CPU only). That FP32 values which several heads of several sequences share
/// are copied to be multiplied was seen on virtual GPUs, under 2.10.0, and that token-major ones of several sequences are too. Seen on an H100 under 2.11.0 (profiles/hardware/cuda-h100-80gb), head-major.
/// </remarks>
internal sealed class MathAttention(MatrixProducts products, GpuModel gpu)
{
    public KernelScript Script(in AttentionShape shape)
    {
        var (T, L, D) = (shape.Queries, shape.Keys, shape.HeadDim);
        var heads = shape.Batch * shape.Heads;
        var isHalf = shape.Type != DataType.Float32;
        var script = new KernelScript();
        int[] wide = isHalf
            ? [script.Allocate(Floats(heads * T * D)), script.Allocate(Floats(heads * L * D)), script.Allocate(Floats(heads * L * D))]
            : [];
        var queries = script.Allocate(Floats(heads * T * D));
        int? causal = shape.Causal ? CausalMask(script, T, L) : null;
        var scores = Scores(script, shape);
        var probabilities = SafeSoftmax(script, heads * T, L);
        script.Free(scores);
        int? narrow = isHalf ? script.Allocate(heads * T * L * shape.Type.Bytes()) : null;
        WeightedSum(script, shape);
        if (isHalf)
            script.Free(probabilities);
        script.Free(queries);
        if (causal is { } mask)
            script.Free(mask);
        for (var i = wide.Length - 1; i >= 0; i--)
            script.Free(wide[i]);
        // The second, unused result.
        return script.Free(narrow ?? probabilities);
    }

    /// <summary>Ones, their lower triangle, and from it 0 and −∞, each a tensor on the device.</summary>
    private static int CausalMask(KernelScript script, long tokens, long attended)
    {
        var ones = script.Allocate(tokens * attended);
        var lower = script.Allocate(tokens * attended);
        script.Free(ones);
        var (shown, hidden) = (script.Allocate(sizeof(float)), script.Allocate(sizeof(float)));
        var mask = script.Allocate(Floats(tokens * attended));
        script.Free(hidden).Free(shown).Free(lower);
        return mask;
    }

    private int Scores(KernelScript script, in AttentionShape shape)
    {
        var (T, L, D) = (shape.Queries, shape.Keys, shape.HeadDim);
        var heads = shape.Batch * shape.Heads;
        var keys = script.Allocate(Floats(heads * L * D));
        // Token-major queries cannot be folded into one batch of heads, except for one sequence or one token.
        var isFoldable = !shape.QueriesByToken || shape.Batch == 1 || T == 1 || shape.Heads == 1;
        int? folded = isFoldable ? null : script.Allocate(Floats(heads * T * D));
        int? foldedKeys = Folds(shape) ? null : script.Allocate(Floats(heads * L * D));
        var queries = shape.QueriesByToken && isFoldable && shape.Heads > 1
            ? new Strides(D, shape.Heads * D, 1)
            : new Strides(T * D, D, 1);
        var scores = script.Allocate(Floats(heads * T * L));
        products.Multiply(script, new(heads, T, D, L, queries, new(L * D, 1, D), DataType.Float32));
        if (foldedKeys is { } copyOfKeys)
            script.Free(copyOfKeys);
        if (folded is { } copy)
            script.Free(copy);
        script.Free(keys);
        return scores;
    }

    /// <summary>Casts and scaled copies keep the order of keys and values that are token-major.</summary>
    private static bool Folds(in AttentionShape shape) => !shape.KeysByToken || shape.Batch == 1 || shape.Heads == 1 || shape.Keys == 1;

    private int SafeSoftmax(KernelScript script, long rows, long columns)
    {
        var probabilities = script.Allocate(Floats(rows * columns));
        var hidden = script.Allocate(rows * columns);
        var hiddenRows = script.Allocate(rows);
        foreach (var part in IndexedParts.Of(rows, columns, columns, element: 1))
        {
            var reduction = GlobalReduction.Of(part.Rows, part.Columns, stateBytes: 1, gpu);
            script.Scratch(reduction.Buffer, reduction.Semaphores);
        }
        var zero = script.Allocate(sizeof(float));
        script.Free(zero).Free(hiddenRows).Free(hidden);
        return probabilities;
    }

    private void WeightedSum(KernelScript script, in AttentionShape shape)
    {
        var (T, L, D) = (shape.Queries, shape.Keys, shape.HeadDim);
        var heads = shape.Batch * shape.Heads;
        var product = new ProductShape(heads, T, L, D, new(T * L, L, 1), new(L * D, D, 1), DataType.Float32);
        if (shape.Type == DataType.Float32)
        {
            // The cast of a half type has made a copy that folds.
            int? folded = shape.ValuesFold ? null : script.Allocate(Floats(heads * L * D));
            script.Result();
            products.Multiply(script, product);
            if (folded is { } copy)
                script.Free(copy);
            return;
        }
        int? wide = Folds(shape) ? null : script.Allocate(Floats(heads * L * D));
        var sum = script.Allocate(Floats(heads * T * D));
        products.Multiply(script, product);
        if (wide is { } foldedValues)
            script.Free(foldedValues);
        script.Result().Free(sum);
    }

    private static long Floats(long count) => count * sizeof(float);
}
