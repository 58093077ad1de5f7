using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Models like Llama with experts in the place of some feed-forward layers, or of all.</summary>
/// <remarks>transformers, <c>models/mixtral/modeling_mixtral.py</c>, <c>models/qwen2_moe/modeling_qwen2_moe.py</c>.</remarks>
internal abstract class MixtureLike : LlamaLike
{
    /// <summary>Some ten times as many as all layers of any known model have together.</summary>
    private const int MaximumExperts = 250_000;

    /// <summary>What the checkpoint calls an expert's gate, up and down.</summary>
    protected virtual string[] ExpertParts => ["gate_proj", "up_proj", "down_proj"];

    /// <summary>The field with the number of experts.</summary>
    protected virtual string CountField => "num_experts";

    /// <summary>The field with the width of one expert.</summary>
    protected virtual string WidthField => "moe_intermediate_size";

    /// <summary>False for layers with one feed-forward layer for all tokens.</summary>
    protected virtual bool HasExperts(ModelConfig config, int layer) => true;

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name) =>
        HasExperts(config, layer) ? Mixture(config, name) : base.FeedForward(config, layer, name);

    /// <summary>The experts of a layer.</summary>
    protected virtual Experts Mixture(ModelConfig config, string name)
    {
        var (d, count, width) = (Width(config), config.Count(CountField), config.Count(WidthField));
        return new()
        {
            Count = count,
            Picked = Picked(config, count),
            Width = width,
            Activation = Activations.Read(config, "hidden_act"),
            Router = new(name + "gate", d, count),
            Routing = Routing(config),
            Routed = ExpertTensors.Each(name + "experts.", count, d, width, ExpertParts),
            Layout = ExpertLayout.Each,
        };
    }

    /// <summary>How experts are picked: by the softmax over all; the picked ones' is normalized if the config says so.</summary>
    protected virtual Routing Routing(ModelConfig config) => new(RouterScores.Softmax) { IsNormalized = config.Flag("norm_topk_prob") };

    /// <summary>Experts that a token is sent to.</summary>
    /// <exception cref="InputException">More than there are, or there are too many to list.</exception>
    public static int Picked(ModelConfig config, int count, string field = "num_experts_per_tok", int? layers = null)
    {
        var all = (long)count * (layers ?? config.Layers("num_hidden_layers"));
        if (all > MaximumExperts)
            throw new InputException($"{config.Origin}: all layers together have {all} experts; must be at most {MaximumExperts}");
        return config.Count(field) is var picked && picked <= count
            ? picked
            : throw new InputException($"{config.Origin}: {field} is {picked}; must be at most the {count} experts");
    }
}
