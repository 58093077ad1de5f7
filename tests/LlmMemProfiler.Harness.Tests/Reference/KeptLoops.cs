using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>What is left of keys and values in a quantized cache: whole numbers, or FP8's, times a scale for each head of each token.</summary>
/// <remarks>
/// INT8 symmetric as in Dettmers et al. (2022), LLM.int8(), section 2.1; E4M3 as in Micikevicius et al. (2022), FP8 Formats for Deep Learning,
/// table 1. Ties go to even.
/// </remarks>
/// <param name="keys">Type of the keys; null for as they are.</param>
/// <param name="values">Type of the values; null for as they are.</param>
internal sealed class KeptLoops(DataType? keys = null, DataType? values = null)
{
    private const int LeastExponent = -6, MantissaBits = 3;

    /// <summary>How near to a tie a number came, in steps between neighbors: nearer ones round another way for the last bit of FP32.</summary>
    public double NearestTie { get; private set; } = 0.5;

    /// <param name="side">Keys or values.</param>
    /// <param name="heads">[heads][positions][head_dim].</param>
    public double[][][] Of(CacheSide side, double[][][] heads) => [.. heads.Select(head => Of(side, head))];

    /// <param name="side">Keys or values.</param>
    /// <param name="rows">[positions][width].</param>
    public double[][] Of(CacheSide side, double[][] rows) => (side == CacheSide.Keys ? keys : values) is { } type
        ? [.. rows.Select(row => Row(row, type))]
        : rows;

    /// <summary>What one row is read as.</summary>
    public double[] Row(double[] row, DataType type)
    {
        var largest = type == DataType.Int8 ? 127 : 448;
        var scale = row.Max(Math.Abs) / largest;
        return scale == 0 ? row : [.. row.Select(x => Nearest(x / scale, Step(x / scale, type)) * scale)];
    }

    private double Nearest(double number, double step)
    {
        var steps = number / step;
        NearestTie = Math.Min(NearestTie, Math.Abs(Math.Abs(steps - Math.Floor(steps)) - 0.5));
        return Math.Round(steps, MidpointRounding.ToEven) * step;
    }

    /// <summary>Between neighbors, at a number.</summary>
    private static double Step(double number, DataType type) => type == DataType.Int8 ? 1
        : Math.Pow(2, Math.Max(LeastExponent, number == 0 ? LeastExponent : Math.Floor(Math.Log2(Math.Abs(number)))) - MantissaBits);
}
