using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>
/// Llama's layers and the names of its tensors, which most families since have kept: pre-norm blocks, rotary positions, gated
/// feed-forward. A family says what it does otherwise.
/// </summary>
/// <remarks>transformers, <c>models/llama/modeling_llama.py</c>.</remarks>
internal abstract class LlamaLike : ModelFamily
{
    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (d, vocabulary) = (Width(config), config.Count("vocab_size"));
        return new()
        {
            Name = name,
            Type = config.ModelType,
            Prefix = "model.",
            DModel = d,
            Positions = Positions(config),
            Tokens = new("embed_tokens", vocabulary, d),
            Blocks = [.. Enumerable.Range(0, config.Layers("num_hidden_layers")).Select(layer => Block(config, layer, $"layers.{layer}."))],
            FinalNorm = Norm(config, "norm", d),
            Output = new("lm_head", d, vocabulary),
            TiedOutput = config.Flag("tie_word_embeddings"),
        };
    }

    /// <summary>The longest sequence.</summary>
    protected virtual int Positions(ModelConfig config) => config.Count("max_position_embeddings");

    protected static int Width(ModelConfig config) => config.Count("hidden_size");

    /// <summary>One block: attention and feed-forward, each behind a norm.</summary>
    protected virtual DecoderBlock Block(ModelConfig config, int layer, string name) => new(
    [
        new(Norm(config, name + "input_layernorm", Width(config)), Attention(config, layer, name + "self_attn.")),
        new(Norm(config, name + "post_attention_layernorm", Width(config)), FeedForward(config, layer, name + FeedForwardName)),
    ]);

    /// <summary>Stands before the names of the feed-forward layer's tensors.</summary>
    protected virtual string FeedForwardName => "mlp.";

    protected virtual Norm Norm(ModelConfig config, string name, long width) => new(name, NormKind.RmsNorm, width, config.Epsilon("rms_norm_eps"));

    protected virtual Sublayer Attention(ModelConfig config, int layer, string name) => Softmax(config, layer, name);

    /// <summary>Attention with separate projections, and the positions and the window of the layer.</summary>
    protected Attention Softmax(ModelConfig config, int layer, string name) =>
        Separate(config, name, Heads(config), KvHeads(config), HeadDim(config), HasAttentionBias(config), HasOutputBias(config)) with
        {
            Positions = Positions(config, layer),
            Window = Window(config, layer),
        };

    /// <summary>How the scores of a layer know positions; null if they don't.</summary>
    protected virtual ScorePositions? Positions(ModelConfig config, int layer) => Rotaries.Read(config, HeadDim(config));

    /// <summary>The most tokens that a layer attends to; null for all.</summary>
    protected virtual int? Window(ModelConfig config, int layer) => null;

    protected virtual Sublayer FeedForward(ModelConfig config, int layer, string name) =>
        Gated(name, Width(config), config.Count("intermediate_size"), Activations.Read(config, "hidden_act"), HasFeedForwardBias(config));

    /// <summary>True if the projections of queries, keys and values have biases.</summary>
    protected virtual bool HasAttentionBias(ModelConfig config) => config.Flag("attention_bias");

    protected virtual bool HasOutputBias(ModelConfig config) => HasAttentionBias(config);

    protected virtual bool HasFeedForwardBias(ModelConfig config) => config.Flag("mlp_bias");

    protected static int Heads(ModelConfig config) => config.Count("num_attention_heads");

    protected virtual int KvHeads(ModelConfig config) => config.Count("num_key_value_heads", () => Heads(config));

    /// <summary>As given, or the hidden state shared out among the heads.</summary>
    protected virtual int HeadDim(ModelConfig config) => config.Count("head_dim", () => config.Share("hidden_size", "num_attention_heads"));

    /// <summary>The width of a head where the class does not read it from the config.</summary>
    /// <exception cref="InputException">The config gives another.</exception>
    protected static int SharedOut(ModelConfig config)
    {
        var share = config.Share("hidden_size", "num_attention_heads");
        config.RequireSame("head_dim", share, "hidden_size / num_attention_heads");
        return share;
    }

    /// <summary>Attention with a projection each for queries, keys and values.</summary>
    /// <exception cref="InputException">The key/value heads do not divide the query heads.</exception>
    internal static Attention Separate(ModelConfig config, string name, int heads, int kvHeads, int headDim, bool hasBias, bool hasOutputBias)
    {
        config.RequireMultiple(heads, "query heads", kvHeads, "key/value heads");
        var (d, queries, keys) = (Width(config), (long)heads * headDim, (long)kvHeads * headDim);
        return new()
        {
            Heads = heads,
            KvHeads = kvHeads,
            HeadDim = headDim,
            Layout = ProjectionLayout.Separate,
            Projections = [new(name + "q_proj", d, queries, hasBias), new(name + "k_proj", d, keys, hasBias), new(name + "v_proj", d, keys, hasBias)],
            Output = new(name + "o_proj", queries, d, hasOutputBias),
        };
    }

    /// <summary>A gated feed-forward layer.</summary>
    internal static FeedForward Gated(string name, int d, int width, Activation activation, bool hasBias) => new()
    {
        Width = width,
        Gate = new(name + "gate_proj", d, width, hasBias),
        Up = new(name + "up_proj", d, width, hasBias),
        Down = new(name + "down_proj", width, d, hasBias),
        Activation = activation,
    };

    /// <summary>Two linear layers with an activation between them.</summary>
    protected static FeedForward Plain(int width, Activation activation, Func<int, Linear> up, Func<int, Linear> down) => new()
    {
        Width = width,
        Up = up(width),
        Down = down(width),
        Activation = activation,
    };

    /// <summary>A gated feed-forward layer with one linear layer for both: the gate's outputs, then the others.</summary>
    protected static FeedForward FusedGated(string name, int d, int width, Activation activation) => new()
    {
        Width = width,
        Up = new(name + "gate_up_proj", d, 2L * width),
        Down = new(name + "down_proj", width, d),
        Activation = activation,
    };
}
