using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Where Qwen's models have experts, and the one that all tokens share.</summary>
/// <remarks>transformers, <c>models/qwen2_moe/modeling_qwen2_moe.py</c>.</remarks>
internal static class QwenMixtures
{
    /// <summary>True for every n-th layer that is not in a list of others.</summary>
    public static bool HasExperts(ModelConfig config, int layer)
    {
        // The width of layers without experts: configs have it also where there are none.
        config.PassOver("intermediate_size");
        var others = config.Numbers("mlp_only_layers");
        return (layer + 1) % config.Count("decoder_sparse_step") == 0 && others?.Contains(layer) != true;
    }

    /// <summary>The experts with a shared one, and the gate of its output.</summary>
    public static Experts WithShared(ModelConfig config, Experts experts, string name)
    {
        var d = config.Count("hidden_size");
        return experts with
        {
            Shared = LlamaLike.Gated(name + "shared_expert.", d, config.Count("shared_expert_intermediate_size"), experts.Activation, hasBias: false),
            SharedGate = new(name + "shared_expert_gate", d, 1),
        };
    }
}
