using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Baidu (2025), ERNIE 4.5; transformers, <c>models/ernie4_5_moe/modeling_ernie4_5_moe.py</c>.</remarks>
internal sealed class Ernie45MoeFamily : MixtureLike
{
    public override IReadOnlyList<string> ModelTypes => ["ernie4_5_moe"];

    protected override string CountField => "moe_num_experts";

    /// <summary>Every n-th layer between two; -1 stands for the last one.</summary>
    protected override bool HasExperts(ModelConfig config, int layer)
    {
        var (step, from) = (config.Count("moe_layer_interval"), config.Number("moe_layer_start_index"));
        var to = config.RealOrNull("moe_layer_end_index") is -1 or null ? config.Layers("num_hidden_layers") - 1 : config.Number("moe_layer_end_index");
        return (layer + 1) % step == 0 && layer >= from && layer <= to;
    }

    protected override Routing Routing(ModelConfig config) => new(RouterScores.Softmax) { IsNormalized = true };

    protected override Experts Mixture(ModelConfig config, string name)
    {
        var (d, count, width, hasBias) = (Width(config), config.Count(CountField), config.Count(WidthField), config.Flag("use_bias"));
        var shared = (long)width * config.Number("moe_num_shared_experts");
        if (hasBias || shared > int.MaxValue)
            throw new InputException($"{config.Origin}: use_bias is true, or moe_num_shared_experts times {WidthField} is {shared}; only experts without biases and at most {int.MaxValue} are supported");
        var activation = Activations.Read(config, "hidden_act");
        return new()
        {
            Count = count,
            Picked = Picked(config, count, "moe_k"),
            Width = width,
            Activation = activation,
            Router = new(name + "gate", d, count),
            RouterVectors = [new(name + "moe_statics.e_score_correction_bias", TensorRole.Parameter, [1, count])],
            Routing = Routing(config),
            Routed = ExpertTensors.Each(name + "experts.", count, d, width, ExpertParts),
            Layout = ExpertLayout.Each,
            Shared = shared == 0 ? null : Gated(name + "shared_experts.", d, (int)shared, activation, hasBias: false),
        };
    }

    protected override ScorePositions Positions(ModelConfig config, int layer) => Rotaries.Read(config, HeadDim(config)) with { IsInterleaved = true };

    protected override bool HasAttentionBias(ModelConfig config) => config.Flag("use_bias");

    protected override bool HasFeedForwardBias(ModelConfig config) => config.Flag("use_bias");
}
