using LlmMemProfiler.Calibration.Profiles;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearRegression;

namespace LlmMemProfiler.Calibration.Fits;

/// <summary>A fitted line.</summary>
/// <param name="Coefficients">One a column.</param>
/// <param name="Errors">Their standard errors.</param>
/// <param name="Scale">Robust standard deviation of what it leaves, in the points' own scales.</param>
/// <param name="Rejected">Points that ended with no weight.</param>
/// <param name="Iterations">Reweightings.</param>
internal sealed record RobustFit(double[] Coefficients, double[] Errors, double Scale, int Rejected, int Iterations);

/// <summary>
/// Linear regression that outliers do not move: iteratively reweighted least squares, first with Huber's weights, which always
/// converge, then from there with Tukey's bisquare, which gives far outliers none.
/// </summary>
/// <remarks>Huber and Ronchetti, Robust Statistics (2009), chapter 7; the tuning constants are those of 95 % efficiency.</remarks>
internal static class RobustRegression
{
    private const double Huber = 1.345;
    private const double Bisquare = 4.685;
    private const int MostIterations = 100;
    private const double Converged = 1e-9;

    /// <summary>Keeps the equations solvable where all points of a column are rejected.</summary>
    private const double LeastWeight = 1e-12;

    /// <param name="rows">The points, a row each; all of one length.</param>
    /// <param name="values">What is to be explained.</param>
    /// <param name="scales">How large an error of each point counts as one.</param>
    public static RobustFit Fit(double[][] rows, double[] values, double[] scales)
    {
        var x = Matrix<double>.Build.DenseOfRowArrays(rows);
        var y = Vector<double>.Build.Dense(values);
        var weights = Enumerable.Repeat(1.0, rows.Length).ToArray();
        var beta = Solve(x, y, weights, scales);
        var iterations = 0;
        var scale = 0.0;
        foreach (var weigh in (Func<double, double>[])[u => u <= Huber ? 1 : Huber / u, u => u < Bisquare ? Math.Pow(1 - Math.Pow(u / Bisquare, 2), 2) : 0])
        {
            for (var round = 0; round < MostIterations; round++)
            {
                iterations++;
                var left = (y - (x * beta)).Select((r, i) => r / scales[i]).ToArray();
                scale = FittedConstant.SpreadAbout(left, 0);
                var unit = Math.Max(scale, double.Epsilon);
                weights = [.. left.Select(r => scale == 0 ? 1 : weigh(Math.Abs(r) / unit))];
                var next = Solve(x, y, weights, scales);
                var moved = (next - beta).L2Norm();
                beta = next;
                if (moved <= Converged * (1 + beta.L2Norm()))
                    break;
            }
        }
        return new([.. beta], Errors(x, weights, scales, scale), scale, weights.Count(w => w == 0), iterations);
    }

    /// <summary>Columns that the ones before them do not already say, by the order given.</summary>
    public static IReadOnlyList<int> Independent(double[][] rows, int most)
    {
        var kept = new List<int>();
        for (var column = 0; column < rows[0].Length && kept.Count < most; column++)
        {
            var y = Vector<double>.Build.Dense([.. rows.Select(r => r[column])]);
            if (y.L2Norm() == 0)
                continue;
            if (kept.Count > 0)
            {
                var x = Matrix<double>.Build.DenseOfRowArrays(rows.Select(r => kept.Select(k => r[k]).ToArray()));
                var left = y - (x * x.QR().Solve(y));
                if (left.L2Norm() < 0.02 * y.L2Norm())
                    continue;
            }
            kept.Add(column);
        }
        return kept;
    }

    private static Vector<double> Solve(Matrix<double> x, Vector<double> y, double[] weights, double[] scales) =>
        WeightedRegression.Weighted(x, y, Weights(weights, scales));

    /// <summary>Roots of the diagonal of scale² (XᵀWX)⁻¹.</summary>
    private static double[] Errors(Matrix<double> x, double[] weights, double[] scales, double scale) =>
        [.. x.TransposeThisAndMultiply(Weights(weights, scales) * x).Inverse().Diagonal().Select(v => scale * Math.Sqrt(Math.Max(0, v)))];

    private static Matrix<double> Weights(double[] weights, double[] scales) => Matrix<double>.Build.DiagonalOfDiagonalArray(
        [.. weights.Select((weight, i) => Math.Max(weight, LeastWeight) / (scales[i] * scales[i]))]);
}
