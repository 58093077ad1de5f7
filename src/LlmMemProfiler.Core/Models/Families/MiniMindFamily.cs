using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>MiniMind: Llama with the names of Meta's own code in its first form, and with those of transformers in its second.</summary>
/// <remarks>jingyaogong/minimind, <c>model/model.py</c> of 2025-02 and <c>model/model_minimind.py</c> of 2025-05.</remarks>
internal sealed class MiniMindFamily : MixtureLike
{
    /// <summary>The field of the first form alone.</summary>
    private const string FirstWidth = "dim";

    public override IReadOnlyList<string> ModelTypes => ["minimind"];

    protected override string CountField => "n_routed_experts";

    protected override string WidthField => "intermediate_size";

    protected override string[] ExpertParts => ["gate_proj", "up_proj", "down_proj"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        // Of experts, which 'use_moe' switches; how their losses are weighed.
        config.PassOver("n_routed_experts", "n_shared_experts", "num_experts_per_tok", "scoring_func", "norm_topk_prob", "inference_rope_scaling");
        var model = base.Read(config, name) with { TiedOutput = true };
        return IsFirst(config)
            ? model with { Prefix = "", Tokens = model.Tokens with { Name = "tok_embeddings" }, Output = model.Output with { Name = "output" } }
            : model;
    }

    protected override DecoderBlock Block(ModelConfig config, int layer, string name) => !IsFirst(config) ? base.Block(config, layer, name) : new(
    [
        new(Norm(config, name + "attention_norm", Width(config)), Attention(config, layer, name + "attention.")),
        new(Norm(config, name + "ffn_norm", Width(config)), FeedForward(config, layer, name + "feed_forward.")),
    ]);

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = Softmax(config, layer, name);
        return !IsFirst(config) ? attention : attention with
        {
            Projections = [.. attention.Projections.Zip("qkv", (projection, letter) => projection with { Name = $"{name}w{letter}" })],
            Output = attention.Output with { Name = name + "wo" },
            // Its code rotates complex numbers, of neighbors.
            Positions = (Rotary)attention.Positions! with { IsInterleaved = true },
        };
    }

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name)
    {
        var (d, width) = (Width(config), FeedForwardWidth(config));
        if (config.Flag("use_moe"))
            throw new InputException($"{config.Origin}: use_moe is true; only MiniMind without experts is supported");
        var feedForward = Gated(name, d, width, Activations.Read(config, "hidden_act"), hasBias: false);
        return IsFirst(config)
            ? feedForward with { Gate = new(name + "w1", d, width), Up = new(name + "w3", d, width), Down = new(name + "w2", width, d) }
            : feedForward;
    }

    protected override bool HasAttentionBias(ModelConfig config) => false;

    protected override bool HasFeedForwardBias(ModelConfig config) => false;

    private static bool IsFirst(ModelConfig config) => config.Has(FirstWidth);

    /// <summary>Where it is not given, 8/3 of d, rounded up to a multiple of 64 or the one that is given.</summary>
    private static int FeedForwardWidth(ModelConfig config)
    {
        var step = config.Count("multiple_of");
        return config.Count("intermediate_size", () => checked((int)(((8L * Width(config) / 3) + step - 1) / step * step)));
    }
}
