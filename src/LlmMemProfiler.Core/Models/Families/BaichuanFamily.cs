using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Yang et al. (2023), Baichuan 2; its own <c>modeling_baichuan.py</c>, one for 7B and one for 13B.</remarks>
internal sealed class BaichuanFamily : LlamaLike
{
    /// <summary>d of the models with 7 billion parameters, which rotate; those with 13 use ALiBi. Their configs say nothing else about it.</summary>
    private const int RotaryWidth = 4096;

    /// <summary>V of Baichuan 2, which normalizes the output layer; Baichuan 1 does not.</summary>
    private const int SecondVocabulary = 125_696;

    public override IReadOnlyList<string> ModelTypes => ["baichuan"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var model = base.Read(config, name);
        return model with { IsOutputNormalized = model.Vocabulary == SecondVocabulary };
    }

    protected override int Positions(ModelConfig config) => config.Count("max_position_embeddings", () => config.Count("model_max_length"));

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var separate = Softmax(config, layer, name);
        return separate with
        {
            Layout = ProjectionLayout.Fused,
            Projections = [new(name + "W_pack", Width(config), separate.QueryWidth + (2 * separate.KvWidth))],
        };
    }

    protected override ScorePositions Positions(ModelConfig config, int layer) =>
        Width(config) == RotaryWidth ? Rotaries.Read(config, HeadDim(config)) : new Alibi();

    protected override int KvHeads(ModelConfig config) => Heads(config);

    protected override int HeadDim(ModelConfig config) => SharedOut(config);

    protected override bool HasAttentionBias(ModelConfig config) => false;

    protected override bool HasFeedForwardBias(ModelConfig config) => false;
}
