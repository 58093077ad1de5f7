using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Activations by their names in transformers.</summary>
/// <remarks>transformers, <c>activations.py</c>.</remarks>
internal static class Activations
{
    private static readonly Dictionary<string, Activation> Words = new()
    {
        // GELU and its approximations have the same sizes.
        ["gelu_new"] = Activation.Gelu,
        ["gelu"] = Activation.Gelu,
        ["gelu_fast"] = Activation.Gelu,
        ["gelu_pytorch_tanh"] = Activation.Gelu,
        ["gelu_python"] = Activation.Gelu,
        ["gelu_python_tanh"] = Activation.Gelu,
        ["gelu_accurate"] = Activation.Gelu,
        ["quick_gelu"] = Activation.Gelu,
        ["relu"] = Activation.Relu,
        ["relu2"] = Activation.ReluSquared,
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
    };

    public static Activation Read(ModelConfig config, string field) => config.Word(field, Words);
}
