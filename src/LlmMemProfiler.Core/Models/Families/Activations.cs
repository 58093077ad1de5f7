using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Activations by their names in transformers.</summary>
/// <remarks>transformers, <c>activations.py</c>.</remarks>
internal static class Activations
{
    private static readonly Dictionary<string, Activation> Words = new()
    {
        ["gelu_new"] = Activation.GeluTanh,
        ["gelu"] = Activation.Gelu,
        ["gelu_fast"] = Activation.GeluTanh,
        ["gelu_pytorch_tanh"] = Activation.GeluTanh,
        ["gelu_python"] = Activation.Gelu,
        ["gelu_python_tanh"] = Activation.GeluTanh,
        ["gelu_accurate"] = Activation.GeluTanh,
        ["quick_gelu"] = Activation.QuickGelu,
        ["relu"] = Activation.Relu,
        ["relu2"] = Activation.ReluSquared,
        ["silu"] = Activation.Silu,
        ["swish"] = Activation.Silu,
    };

    public static Activation Read(ModelConfig config, string field) => config.Word(field, Words);
}
