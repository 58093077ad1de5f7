using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes.Kernels;

/// <summary>
/// What the kernels of one device take beside the tensors that every device makes alike, operation by operation.
/// </summary>
public abstract class KernelModel
{
    /// <summary>Device and what the kernels follow from, for example 'cpu, 2 threads'.</summary>
    public abstract string Name { get; }

    /// <summary>What is left out, a line each; empty where every block is known.</summary>
    public abstract IReadOnlyList<string> Unknown { get; }

    /// <summary>Type of layer norm's mean and reciprocal deviation, one number a row each.</summary>
    public virtual DataType NormStatistics(DataType type) => type;

    /// <summary>rows · weightᵀ + bias.</summary>
    public virtual KernelScript Linear(in LinearShape shape) => KernelScript.ResultOnly;

    /// <summary>A batched product of matrices.</summary>
    public virtual KernelScript Product(in ProductShape shape) => KernelScript.ResultOnly;

    /// <summary>Attention in one kernel.</summary>
    public abstract KernelScript FusedAttention(in AttentionShape shape);

    /// <summary>True where fused attention's result lies in memory token by token, [B, T, h, D]; false for head by head.</summary>
    public virtual bool AttendsByToken(in AttentionShape shape) => true;

    /// <summary>Numbers from one row of fused attention's result to the next: D, or more where it is a view of padded rows.</summary>
    public virtual long AttendedRowWidth(in AttentionShape shape) => shape.HeadDim;

    /// <summary>True where ids with gaps between them are copied before rows are looked up.</summary>
    public virtual bool CopiesStridedIds => true;

    /// <summary>A tensor multiplied by a number in place.</summary>
    public virtual KernelScript Scale(DataType type) => KernelScript.Nothing;

    /// <summary>The index of each row's largest element.</summary>
    public virtual KernelScript ArgMax(long rows, long columns, DataType type) => KernelScript.ResultOnly;
}

/// <summary>[rows, inputs] · [outputs, inputs]ᵀ (+ [outputs]).</summary>
public readonly record struct LinearShape(long Rows, long Inputs, long Outputs, bool HasBias, DataType Type);

/// <summary>[batch, rows, inner] · [batch, inner, columns]; strides in elements.</summary>
/// <param name="Batch">Matrices.</param>
/// <param name="Rows">Rows of the left ones.</param>
/// <param name="Inner">The dimension summed over.</param>
/// <param name="Columns">Columns of the right ones.</param>
/// <param name="Left">Strides of the left operand, [batch, rows, inner].</param>
/// <param name="Right">Strides of the right operand, [batch, inner, columns].</param>
/// <param name="Type">Of all three.</param>
public readonly record struct ProductShape(
    long Batch, long Rows, long Inner, long Columns, Strides Left, Strides Right, DataType Type);

/// <summary>How far apart neighbours lie in each dimension of a batch of matrices, in elements.</summary>
public readonly record struct Strides(long Batch, long Row, long Column);

/// <summary>Queries [B, h, T, D] over keys and values [B, h, L, D].</summary>
/// <param name="Batch">B.</param>
/// <param name="Heads">h.</param>
/// <param name="Queries">T.</param>
/// <param name="Keys">L.</param>
/// <param name="HeadDim">D.</param>
/// <param name="HasMask">A mask [T, L] is given.</param>
/// <param name="Causal">The kernel masks by itself.</param>
/// <param name="Type">Of queries, keys and values.</param>
/// <param name="QueriesByToken">True where queries lie token by token, as columns of rows do; false for head by head.</param>
public readonly record struct AttentionShape(
    long Batch, long Heads, long Queries, long Keys, long HeadDim, bool HasMask, bool Causal, DataType Type, bool QueriesByToken = true);
