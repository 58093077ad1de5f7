using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>OpenAI (2025), gpt-oss model card; transformers, <c>models/gpt_oss/modeling_gpt_oss.py</c>.</remarks>
internal sealed class GptOssFamily : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["gpt_oss"];

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var (attention, window) = ((Attention)base.Attention(config, layer, name), config.CountOrNull("sliding_window"));
        var types = config.Words("layer_types", config.Layers("num_hidden_layers"));
        return attention with
        {
            Window = (types is null ? layer % 2 == 0 : types[layer] == "sliding_attention") ? window : null,
            Sinks = [new(name + "sinks", TensorRole.Parameter, [attention.Heads])],
        };
    }

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name)
    {
        var (d, count, width) = (Width(config), config.Count("num_local_experts"), config.Count("intermediate_size"));
        return new Experts
        {
            Count = count,
            Picked = MixtureLike.Picked(config, count),
            Width = width,
            Activation = Activations.Read(config, "hidden_act"),
            Router = new(name + "router", d, count, HasBias: true),
            Routing = new(RouterScores.SoftmaxOfPicked),
            Routed =
            [
                .. ExpertTensors.Stacked(name + "experts.gate_up_proj", name + "experts.down_proj", count, d, width, isTransposed: true),
                new(name + "experts.gate_up_proj_bias", TensorRole.Bias, [count, 2L * width]),
                new(name + "experts.down_proj_bias", TensorRole.Bias, [count, d]),
            ],
            Layout = ExpertLayout.StackedInTurn,
            Clamp = new(config.Real("swiglu_limit"), config.Real("swiglu_alpha")),
        };
    }
}
