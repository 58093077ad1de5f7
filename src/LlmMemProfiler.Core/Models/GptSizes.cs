using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models;

/// <summary>Dimensions of a decoder like GPT-2: pre-norm blocks, learned positions, GELU; and what they make.</summary>
/// <remarks>
/// Radford et al. (2019), Language Models are Unsupervised Multitask Learners; tensors as in transformers,
/// <c>models/gpt2/modeling_gpt2.py</c>.
/// </remarks>
public sealed record GptSizes
{
    private const string Type = "gpt2";

    public required string Name { get; init; }

    /// <summary>N.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of the hidden state, d.</summary>
    public required int DModel { get; init; }

    /// <summary>Query heads, h.</summary>
    public required int Heads { get; init; }

    /// <summary>Key/value heads; fewer than <see cref="Heads"/> with grouped-query attention.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int DFf { get; init; }

    /// <summary>V.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Learned positions: the longest sequence.</summary>
    public required int Positions { get; init; }

    /// <summary>True if the output layer shares the token embedding.</summary>
    public required bool TiedOutput { get; init; }

    /// <summary>True if the linear layers inside the blocks have biases.</summary>
    public required bool LinearBias { get; init; }

    /// <summary>True if a LayerNorm precedes the output layer.</summary>
    public required bool FinalNorm { get; init; }

    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Between the two feed-forward layers.</summary>
    public Activation Activation { get; init; } = Activation.GeluTanh;

    /// <summary>True if each block has a second attention, over an encoder's states.</summary>
    public bool CrossAttention { get; init; }

    /// <summary>True if a model's dimensions are all that there is to it.</summary>
    public static bool Describe(ModelSpec model) => model.Type == Type && model == Of(model).Model(model.Name) with
    {
        StoredType = model.StoredType,
        Quantization = model.Quantization,
        LeftOut = model.LeftOut,
        FromClass = model.FromClass,
    };

    /// <summary>The dimensions of such a model.</summary>
    public static GptSizes Of(ModelSpec model)
    {
        var (attention, feedForward) = (model.Sublayers.OfType<Attention>().First(), model.Sublayers.OfType<FeedForward>().First());
        return new()
        {
            Name = model.Name,
            Layers = model.Layers,
            DModel = model.DModel,
            Heads = attention.Heads,
            KvHeads = attention.KvHeads,
            DFf = feedForward.Width,
            Vocabulary = model.Vocabulary,
            Positions = model.Positions,
            TiedOutput = model.TiedOutput,
            LinearBias = attention.Output.HasBias,
            FinalNorm = model.FinalNorm is not null,
            NormEpsilon = model.Blocks[0].Branches[0].Before!.Epsilon,
            Activation = feedForward.Activation,
        };
    }

    /// <summary>The model of these dimensions.</summary>
    /// <param name="origin">Source named in errors: a file or a preset.</param>
    /// <exception cref="InputException">A dimension is out of range, or the heads do not divide evenly.</exception>
    public ModelSpec Model(string origin)
    {
        Validate(origin);
        return new()
        {
            Name = Name,
            Type = Type,
            Prefix = "transformer.",
            DModel = DModel,
            Positions = Positions,
            Tokens = new("wte", Vocabulary, DModel),
            LearnedPositions = new("wpe", Positions, DModel),
            Blocks = [.. Enumerable.Range(0, Layers).Select(layer => Block($"h.{layer}."))],
            FinalNorm = FinalNorm ? Norm("ln_f") : null,
            Output = new("lm_head", DModel, Vocabulary),
            TiedOutput = TiedOutput,
        };
    }

    private DecoderBlock Block(string name)
    {
        var attention = new Branch(Norm(name + "ln_1"), Attention(name + "attn."));
        var feedForward = new Branch(Norm(name + "ln_2"), FeedForward(name + "mlp."));
        return new(CrossAttention ? [attention, new(Norm(name + "ln_cross_attn"), Crossing(name + "crossattention.")), feedForward] : [attention, feedForward]);
    }

    private Attention Attention(string name) => new()
    {
        Heads = Heads,
        KvHeads = KvHeads,
        HeadDim = DModel / Heads,
        Layout = ProjectionLayout.Fused,
        Projections = [Linear(name + "c_attn", DModel, DModel + (2L * KvHeads * (DModel / Heads)))],
        Output = Linear(name + "c_proj", DModel, DModel),
    };

    private CrossAttention Crossing(string name) => new(
        [Linear(name + "c_attn", DModel, 2L * DModel), Linear(name + "q_attn", DModel, DModel)], Linear(name + "c_proj", DModel, DModel));

    private FeedForward FeedForward(string name) => new()
    {
        Width = DFf,
        Up = Linear(name + "c_fc", DModel, DFf),
        Down = Linear(name + "c_proj", DFf, DModel),
        Activation = Activation,
    };

    private Linear Linear(string name, long inputs, long outputs) => new(name, inputs, outputs, LinearBias) { IsTransposed = true };

    private Norm Norm(string name) => new(name, NormKind.LayerNorm, DModel, NormEpsilon) { HasBias = true };

    private void Validate(string origin)
    {
        InRange(Layers, "layers", ModelSpec.MaximumLayers);
        InRange(DModel, "d_model", int.MaxValue);
        InRange(Heads, "heads", int.MaxValue);
        InRange(KvHeads, "kv_heads", int.MaxValue);
        InRange(DFf, "d_ff", int.MaxValue);
        InRange(Vocabulary, "vocabulary", int.MaxValue);
        InRange(Positions, "positions", int.MaxValue);
        if (DModel % Heads != 0)
            throw new InputException($"{origin}: {Heads} heads do not divide d_model {DModel}; d_model must be a multiple of the heads");
        if (Heads % KvHeads != 0)
            throw new InputException($"{origin}: {KvHeads} kv_heads do not divide {Heads} heads; heads must be a multiple of kv_heads");
        if (!double.IsFinite(NormEpsilon) || NormEpsilon <= 0)
            throw new InputException($"{origin}: layer norm epsilon is {NormEpsilon}; expected a small positive number such as 1e-5");

        void InRange(int number, string field, int most)
        {
            if (number < 1 || number > most)
                throw new InputException($"{origin}: {field} is {number}; expected a whole number from 1 to {most}");
        }
    }
}
