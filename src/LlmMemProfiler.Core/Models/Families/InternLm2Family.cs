using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Cai et al. (2024), InternLM2; its own <c>modeling_internlm2.py</c>.</remarks>
internal sealed class InternLm2Family : LlamaLike
{
    public override IReadOnlyList<string> ModelTypes => ["internlm2"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var model = base.Read(config, name);
        return model with { Tokens = model.Tokens with { Name = "tok_embeddings" }, Output = model.Output with { Name = "output" } };
    }

    protected override DecoderBlock Block(ModelConfig config, int layer, string name) => new(
    [
        new(Norm(config, name + "attention_norm", Width(config)), Attention(config, layer, name + "attention.")),
        new(Norm(config, name + "ffn_norm", Width(config)), FeedForward(config, layer, name + "feed_forward.")),
    ]);

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var separate = Softmax(config, layer, name);
        return separate with
        {
            Layout = ProjectionLayout.FusedByGroup,
            Projections = [new(name + "wqkv", Width(config), separate.QueryWidth + (2 * separate.KvWidth), HasAttentionBias(config))],
            Output = separate.Output with { Name = name + "wo" },
        };
    }

    protected override Sublayer FeedForward(ModelConfig config, int layer, string name)
    {
        var (d, width) = (Width(config), config.Count("intermediate_size"));
        return new FeedForward
        {
            Width = width,
            Gate = new(name + "w1", d, width),
            Up = new(name + "w3", d, width),
            Down = new(name + "w2", width, d),
            Activation = Activations.Read(config, "hidden_act"),
        };
    }

    protected override bool HasAttentionBias(ModelConfig config) => config.Flag("bias");
}
