using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels;

/// <summary>
/// Memory of a device's kernels besides the tensors common to all devices, by operation.
/// </summary>
public abstract class KernelModel
{
    /// <summary>Device and what determines its kernels, for example 'cpu, 2 threads'.</summary>
    public abstract string Name { get; }

    /// <summary>What is not modeled, one per line; empty if every block is known.</summary>
    public abstract IReadOnlyList<string> Unknown { get; }

    /// <summary>False where a kernel that ran takes memory that nobody can predict; valid only after the model has run.</summary>
    public virtual bool KnowsScratch => true;

    /// <summary>Type of layer norm's mean and reciprocal standard deviation, one each per row.</summary>
    public virtual DataType NormStatistics(DataType type) => type;

    /// <summary>rows · weightᵀ + bias.</summary>
    public virtual KernelScript Linear(in LinearShape shape) => KernelScript.ResultOnly;

    /// <summary>A batched matmul.</summary>
    public virtual KernelScript Product(in ProductShape shape) => KernelScript.ResultOnly;

    /// <summary>Attention in one kernel.</summary>
    public abstract KernelScript FusedAttention(in AttentionShape shape);

    /// <summary>True if fused attention's result is token-major, [B, T, h, D]; false if head-major. On CPU it lies as the queries do: seen on libtorch 2.10.</summary>
    public virtual bool AttendsByToken(in AttentionShape shape) => shape.QueriesByToken;

    /// <summary>Row stride of fused attention's result in elements: D, or more for a view of padded rows.</summary>
    public virtual long AttendedRowWidth(in AttentionShape shape) => shape.HeadDim;

    /// <summary>True if strided ids are copied before an embedding lookup.</summary>
    public virtual bool CopiesStridedIds => true;

    /// <summary>In-place arithmetic with a scalar.</summary>
    public virtual KernelScript Scale(DataType type) => KernelScript.Nothing;

    /// <summary>The sum, or product, of a tensor and a scalar, a new tensor.</summary>
    public virtual KernelScript AddScalar(DataType type) => KernelScript.ResultOnly;

    /// <summary>The product of a tensor and a scalar, a new tensor.</summary>
    public virtual KernelScript ScaledCopy(DataType type) => KernelScript.ResultOnly;

    /// <summary>The sum of rows and others that are added to them by their numbers, in place.</summary>
    public virtual KernelScript AddRows(long columns, DataType type) => KernelScript.Nothing;

    /// <summary>The mean of each FP32 row, besides the result.</summary>
    public virtual KernelScript Mean(long rows, long columns) => KernelScript.Nothing;

    /// <summary>The index of each row's largest element; rows are <paramref name="rowStride"/> elements apart.</summary>
    public virtual KernelScript ArgMax(long rows, long columns, long rowStride, DataType type) => KernelScript.ResultOnly;
}

/// <summary>[rows, inputs] · [outputs, inputs]ᵀ (+ [outputs]).</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Inputs">Elements of a row.</param>
/// <param name="Outputs">Elements of a result's row.</param>
/// <param name="HasBias">A bias is added.</param>
/// <param name="Type">Type of all of them.</param>
/// <param name="HasGaps">True if the elements of a row lie apart, so that BLAS cannot read them; no file has such ones.</param>
public readonly record struct LinearShape(
    long Rows, long Inputs, long Outputs, bool HasBias, DataType Type, [property: JsonIgnore] bool HasGaps = false);

/// <summary>[batch, rows, inner] · [batch, inner, columns]; strides in elements.</summary>
/// <param name="Batch">Number of matrices.</param>
/// <param name="Rows">Rows of the left operand.</param>
/// <param name="Inner">The dimension summed over.</param>
/// <param name="Columns">Columns of the right operand.</param>
/// <param name="Left">Strides of the left operand, [batch, rows, inner].</param>
/// <param name="Right">Strides of the right operand, [batch, inner, columns].</param>
/// <param name="Type">Type of operands and result.</param>
public readonly record struct ProductShape(
    long Batch, long Rows, long Inner, long Columns, Strides Left, Strides Right, DataType Type);

/// <summary>Strides of a batch of matrices, in elements.</summary>
public readonly record struct Strides(long Batch, long Row, long Column);

/// <summary>Queries [B, h, T, D] over keys and values [B, h, L, D].</summary>
/// <param name="Batch">B.</param>
/// <param name="Heads">h.</param>
/// <param name="Queries">T.</param>
/// <param name="Keys">L.</param>
/// <param name="HeadDim">D.</param>
/// <param name="HasMask">A mask is given.</param>
/// <param name="Causal">The kernel applies a causal mask.</param>
/// <param name="Type">Type of queries, keys and values.</param>
/// <param name="QueriesByToken">True if queries are token-major, false if head-major.</param>
/// <param name="ValuesFold">True if batch and heads of the values are one dimension without a copy: not where several sequences' heads share them.</param>
/// <param name="KeysByToken">True if keys and values are token-major: those of a pass that a cache has no place for.</param>
/// <param name="MaskHeads">Heads of the mask: 1 if all have the same.</param>
/// <param name="MaskStride">Elements from a row of the mask to the next; null if they are as many as it has.</param>
public readonly record struct AttentionShape(
    long Batch, long Heads, long Queries, long Keys, long HeadDim, bool HasMask, bool Causal, DataType Type, bool QueriesByToken = true, bool ValuesFold = true,
    bool KeysByToken = false, long MaskHeads = 1, long? MaskStride = null);
