using LlmMemProfiler.Calibration.Profiles;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearRegression;

namespace LlmMemProfiler.Calibration.Fits;

/// <summary>A fitted line.</summary>
/// <param name="Coefficients">One per column.</param>
/// <param name="Errors">Their standard errors.</param>
/// <param name="Scale">Robust standard deviation of the residuals, in the points' own scales.</param>
/// <param name="Rejected">Points whose final weight is zero.</param>
/// <param name="Iterations">Number of reweightings.</param>
internal sealed record RobustFit(double[] Coefficients, double[] Errors, double Scale, int Rejected, int Iterations);

/// <summary>
/// Outlier-robust linear regression: iteratively reweighted least squares, first with Huber weights, which always converge, then
/// from there with Tukey's bisquare, which gives far outliers zero weight.
/// </summary>
/// <remarks>Huber and Ronchetti, Robust Statistics (2009), chapter 7; tuning constants for 95 % efficiency.</remarks>
internal static class RobustRegression
{
    private const double Huber = 1.345;
    internal const double Bisquare = 4.685;
    private const int MaxIterations = 100;
    private const double Converged = 1e-9;

    /// <summary>Keeps the equations solvable if all points of a column are rejected.</summary>
    private const double MinWeight = 1e-12;

    /// <param name="rows">One row per point, all of the same length.</param>
    /// <param name="values">The values to fit.</param>
    /// <param name="scales">The unit of error for each point.</param>
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
            for (var round = 0; round < MaxIterations; round++)
            {
                iterations++;
                var residuals = (y - (x * beta)).Select((r, i) => r / scales[i]).ToArray();
                scale = FittedConstant.SpreadAbout(residuals, 0);
                var unit = Math.Max(scale, double.Epsilon);
                weights = [.. residuals.Select(r => scale == 0 ? 1 : weigh(Math.Abs(r) / unit))];
                var next = Solve(x, y, weights, scales);
                var moved = (next - beta).L2Norm();
                beta = next;
                if (moved <= Converged * (1 + beta.L2Norm()))
                    break;
            }
        }
        return new([.. beta], Errors(x, weights, scales, scale), scale, weights.Count(w => w == 0), iterations);
    }

    /// <summary>True if no column is zero, or nearly a linear combination of earlier ones.</summary>
    public static bool AreIndependent(double[][] rows)
    {
        for (var column = 0; column < rows[0].Length; column++)
        {
            var y = Vector<double>.Build.Dense([.. rows.Select(r => r[column])]);
            if (y.L2Norm() == 0)
                return false;
            if (column == 0)
                continue;
            var x = Matrix<double>.Build.DenseOfRowArrays(rows.Select(r => r[..column]).ToArray());
            var residual = y - (x * x.QR().Solve(y));
            if (residual.L2Norm() < 0.02 * y.L2Norm())
                return false;
        }
        return true;
    }

    private static Vector<double> Solve(Matrix<double> x, Vector<double> y, double[] weights, double[] scales) =>
        WeightedRegression.Weighted(x, y, Weights(weights, scales));

    /// <summary>Square roots of the diagonal of scale² (XᵀWX)⁻¹.</summary>
    private static double[] Errors(Matrix<double> x, double[] weights, double[] scales, double scale) =>
        [.. x.TransposeThisAndMultiply(Weights(weights, scales) * x).Inverse().Diagonal().Select(v => scale * Math.Sqrt(Math.Max(0, v)))];

    private static Matrix<double> Weights(double[] weights, double[] scales) => Matrix<double>.Build.DiagonalOfDiagonalArray(
        [.. weights.Select((weight, i) => Math.Max(weight, MinWeight) / (scales[i] * scales[i]))]);
}
