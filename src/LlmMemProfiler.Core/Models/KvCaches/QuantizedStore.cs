using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models.KvCaches;

/// <summary>
/// Numbers of a narrow type, and a scale for each head of each token, in two stores of the same policy. What attention reads are all
/// tokens' products, a copy; that, and what is quantized before it is appended, is workspace.
/// </summary>
/// <remarks>
/// A scale by token and head can be told as soon as a token comes. Liu et al. (2024), KIVI, show that keys lose less with one by channel, for
/// which a group of tokens has to be complete.
/// </remarks>
/// <param name="ops">The interpreter.</param>
/// <param name="type">The narrow type.</param>
/// <param name="numbers">[B, kv_heads, L, head_dim], narrow.</param>
/// <param name="scales">[B, kv_heads, L, 1], in the compute type.</param>
internal sealed class QuantizedStore<TTensor>(ITensorOps<TTensor> ops, DataType type, IKvStore<TTensor> numbers, IKvStore<TTensor> scales)
    : IKvStore<TTensor>
    where TTensor : class, IDisposable
{
    public long Kept => numbers.Kept;

    public void Append(TTensor states, long position, long tokens)
    {
        var (newNumbers, newScales) = Quantized(states);
        using (newScales)
        {
            using (newNumbers)
                numbers.Append(newNumbers, position, tokens);
            scales.Append(newScales, position, tokens);
        }
    }

    public TTensor Read(long first, long end)
    {
        using var readNumbers = numbers.Read(first, end);
        using var readScales = scales.Read(first, end);
        using var owner = ops.Tags.Owner(Part.Workspace);
        return ops.Dequantize(readNumbers, readScales);
    }

    public TTensor AsRead(TTensor states, long tokens)
    {
        var (newNumbers, newScales) = Quantized(states);
        using (newNumbers)
        using (newScales)
        using (ops.Tags.Owner(Part.Workspace))
        using (var written = ops.Cast(newNumbers, type))
            return ops.Dequantize(written, newScales);
    }

    public void Grow(long positions)
    {
        numbers.Grow(positions);
        scales.Grow(positions);
    }

    public void Dispose()
    {
        numbers.Dispose();
        scales.Dispose();
    }

    private (TTensor Numbers, TTensor Scales) Quantized(TTensor states)
    {
        using var owner = ops.Tags.Owner(Part.Workspace);
        return ops.Quantize(states, type);
    }
}
