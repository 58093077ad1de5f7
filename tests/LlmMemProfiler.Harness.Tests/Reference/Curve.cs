using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Which function GELU stands for.</summary>
internal enum GeluForm
{
    /// <summary>x · Φ(x).</summary>
    Exact,

    /// <summary>With tanh in the place of the error function.</summary>
    Tanh,

    /// <summary>x · sigmoid(1.702 x).</summary>
    Quick,

    /// <summary>The one with tanh, looked up in a table of FP16, as llama.cpp's CPU backend does within ± 10.</summary>
    Table,
}

/// <summary>Activations, point by point.</summary>
/// <remarks>Hendrycks and Gimpel (2016), Gaussian Error Linear Units; So et al. (2021), Primer, for the square.</remarks>
internal static class Curve
{
    public static double At(double x, Activation activation, GeluForm gelu) => activation switch
    {
        Activation.Gelu => Gelu(x, gelu),
        Activation.Relu => Math.Max(x, 0),
        Activation.ReluSquared => Math.Max(x, 0) * Math.Max(x, 0),
        Activation.Silu => x * Loops.Sigmoid(x),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "not an activation"),
    };

    private static double Gelu(double x, GeluForm form) => form switch
    {
        GeluForm.Exact => x * (1 + ErrorFunction.Of(x / Math.Sqrt(2))) / 2,
        GeluForm.Tanh => x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))) / 2,
        GeluForm.Quick => x * Loops.Sigmoid(1.702 * x),
        GeluForm.Table => Math.Abs(x) >= 10 ? Math.Max(x, 0) : (double)(Half)Gelu((double)(Half)x, GeluForm.Tanh),
        _ => throw new ArgumentOutOfRangeException(nameof(form), form, "not a form of GELU"),
    };
}
