using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Activations, point by point.</summary>
/// <remarks>Hendrycks and Gimpel (2016), Gaussian Error Linear Units; So et al. (2021), Primer, for the square.</remarks>
internal static class Curve
{
    /// <param name="x">Where.</param>
    /// <param name="activation">Which one.</param>
    /// <param name="isLookedUp">True for GELU as llama.cpp's CPU backend has it: the one with tanh, within ± 10 out of a table of FP16.</param>
    public static double At(double x, Activation activation, bool isLookedUp) => activation switch
    {
        Activation.Gelu or Activation.GeluTanh or Activation.QuickGelu when isLookedUp =>
            Math.Abs(x) >= 10 ? Math.Max(x, 0) : (double)(Half)At((double)(Half)x, Activation.GeluTanh, isLookedUp: false),
        Activation.Gelu => x * (1 + ErrorFunction.Of(x / Math.Sqrt(2))) / 2,
        Activation.GeluTanh => x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))) / 2,
        Activation.QuickGelu => x * Loops.Sigmoid(1.702 * x),
        Activation.Relu => Math.Max(x, 0),
        Activation.ReluSquared => Math.Max(x, 0) * Math.Max(x, 0),
        Activation.Silu => x * Loops.Sigmoid(x),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "not an activation"),
    };
}
