using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Models.Storage;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models;

/// <summary>A decoder, layer by layer: what stands there, with the names of its tensors. Families of models read it from their configs.</summary>
public sealed record ModelSpec
{
    /// <summary>More layers than any known decoder has; allocation tags have 12 bits for the layer.</summary>
    public const int MaximumLayers = 4_000;

    public required string Name { get; init; }

    /// <summary>As <c>model_type</c> in its config.</summary>
    public required string Type { get; init; }

    /// <summary>What the checkpoint puts before the names of all tensors but those of the output layer: 'transformer.' or 'model.'.</summary>
    public required string Prefix { get; init; }

    /// <summary>The same for the output layer.</summary>
    public string OutputPrefix { get; init; } = "";

    /// <summary>Width of the hidden state, d.</summary>
    public required int DModel { get; init; }

    /// <summary>The longest sequence; <see cref="int.MaxValue"/> if a state is all that is kept of it.</summary>
    public required int Positions { get; init; }

    public required Table Tokens { get; init; }

    /// <summary>Further rows of <see cref="Tokens"/> in a tensor of their own, such as those of pictures in Molmo; null if there are none.</summary>
    public Table? AddedTokens { get; init; }

    /// <summary>Learned positions; null if there are none.</summary>
    public Table? LearnedPositions { get; init; }

    /// <summary>Rows of <see cref="LearnedPositions"/> before that of the first position, like OPT's 2.</summary>
    public int PositionOffset { get; init; }

    /// <summary>Hidden states are multiplied by it before the first block.</summary>
    public double EmbeddingScale { get; init; } = 1;

    public Norm? EmbeddingNorm { get; init; }

    /// <summary>From the width of the embedding to d, where they differ.</summary>
    public Linear? EmbeddingProjection { get; init; }

    /// <summary>Narrow inputs of every layer beside the hidden state; null if there are none.</summary>
    public PerLayerInputs? PerLayerInputs { get; init; }

    public required Sequence<DecoderBlock> Blocks { get; init; }

    public Norm? FinalNorm { get; init; }

    /// <summary>From d to the width of the embedding, where they differ.</summary>
    public Linear? OutputProjection { get; init; }

    /// <summary>From the hidden state to the logits.</summary>
    public required Linear Output { get; init; }

    /// <summary>True if the output layer's weight is the token embedding.</summary>
    public required bool TiedOutput { get; init; }

    /// <summary>True if each row of the output layer's weight is divided by its length, as in Baichuan 2.</summary>
    public bool IsOutputNormalized { get; init; }

    /// <summary>Logits are multiplied by it.</summary>
    public double LogitScale { get; init; } = 1;

    /// <summary>Logits are bounded to it by tanh.</summary>
    public double? LogitCap { get; init; }

    /// <summary>The type that its config names; null if it names none.</summary>
    public DataType? StoredType { get; init; }

    /// <summary>How its checkpoint keeps the weights; null if they are as they are used.</summary>
    public Quantization? Quantization { get; init; }

    /// <summary>What its config describes beside the decoder, and what of it is not counted.</summary>
    public Sequence<string> LeftOut { get; init; } = [];

    /// <summary>Numbers that its config does not give, as its class sets them: 'head_dim 128 (Qwen3Config)'.</summary>
    public Sequence<string> FromClass { get; init; } = [];

    /// <summary>What it was read from, as JSON without what changes nothing; null if <see cref="GptSizes"/> describe it.</summary>
    public string? Config { get; init; }

    /// <summary>N.</summary>
    public int Layers => Blocks.Count;

    /// <summary>V.</summary>
    public int Vocabulary => checked((int)Tokens.Rows);

    /// <summary>All sublayers, in order.</summary>
    internal IEnumerable<Sublayer> Sublayers => Blocks.SelectMany(block => block.Sublayers);

    /// <summary>The weights before the first layer.</summary>
    private IEnumerable<Weight> FirstWeights =>
    [
        Tokens.Weight, .. AddedTokens is { } added ? [added.Weight] : (Weight[])[], .. LearnedPositions is { } positions ? [positions.Weight with { Role = TensorRole.Positions }] : (Weight[])[], .. EmbeddingProjection?.Weights ?? [],
        .. EmbeddingNorm?.Weights ?? [], .. PerLayerInputs?.Weights ?? [],
    ];

    /// <summary>The weights between the last layer and the output layer.</summary>
    private IEnumerable<Weight> LastWeights => [.. FinalNorm?.Weights ?? [], .. OutputProjection?.Weights ?? []];

    /// <summary>The weights below <see cref="Prefix"/>, in load order.</summary>
    private IEnumerable<Weight> BaseWeights => [.. FirstWeights, .. Blocks.SelectMany(block => block.Weights), .. LastWeights];

    /// <summary>The weights that are in no layer.</summary>
    public IEnumerable<Weight> OutsideLayers => [.. FirstWeights, .. LastWeights, .. OutputWeights];

    /// <summary>The output layer's own weights: all, or those that are not the token embedding's.</summary>
    private IEnumerable<Weight> OutputWeights => TiedOutput ? Output.Weights.Skip(1) : Output.Weights;

    /// <summary>Every weight once, in load order.</summary>
    internal IEnumerable<Weight> Weights => BaseWeights.Concat(OutputWeights);

    /// <summary>Every weight once, by its name in the checkpoint.</summary>
    internal IEnumerable<Weight> StoredWeights =>
    [
        .. BaseWeights.Select(weight => weight with { Name = Prefix + weight.Name }),
        .. OutputWeights.Select(weight => weight with { Name = OutputPrefix + weight.Name }),
    ];

    /// <summary>The tensors of its checkpoint, a tied one once.</summary>
    /// <param name="type">Type of what is not quantized.</param>
    /// <exception cref="OverflowException">A size does not fit 64 bits.</exception>
    public IReadOnlyList<FileTensor> FileTensors(DataType type)
    {
        var (element, kept) = (ElementType.Of(type), Kept);
        return
        [
            .. BaseWeights.Concat(OutputWeights).Zip(StoredWeights).SelectMany(weight =>
                (kept.Contains(weight.First.Name) ? null : Quantization?.Of(weight.Second))
                ?? [new(weight.Second.Name, weight.Second.StoredShape, element, element.Bytes(weight.Second.Elements)!.Value)]),
        ];
    }

    /// <summary>The weights that no tool quantizes, by their names below the prefix.</summary>
    private HashSet<string> Kept
    {
        get
        {
            if (Quantization?.IsListed == true)
                return [];
            var isEverywhere = Quantization?.Format.IsEverywhere == true;
            var routers = Sublayers.OfType<Experts>().SelectMany(experts => (Linear[])[experts.Router, .. experts.SharedGate is { } gate ? [gate] : (Linear[])[]]);
            return routers.Where(router => router.IsParameter || !isEverywhere).SelectMany(router => router.Weights).Concat(isEverywhere ? [] : OutsideLayers)
                .Select(weight => weight.Name).ToHashSet();
        }
    }

    /// <summary>Why its weights cannot be quantized as its config says; null if they can.</summary>
    internal string? QuantizationRefusal
    {
        get
        {
            if (Quantization is not { } quantization)
                return null;
            var kept = Kept;
            var weights = BaseWeights.Concat(OutputWeights).Zip(StoredWeights).Where(weight => !kept.Contains(weight.First.Name)).Select(weight => weight.Second).ToList();
            return weights.Select(quantization.Refusal).FirstOrDefault(refusal => refusal is not null)
                ?? (weights.Exists(weight => quantization.Of(weight) is not null) ? null : $"{quantization.Method} quantizes none of its tensors");
        }
    }

    /// <summary>Size of the tensors of its checkpoint.</summary>
    /// <param name="type">Type of what is not quantized.</param>
    /// <exception cref="OverflowException">The size does not fit 64 bits.</exception>
    public ByteSize FileSize(DataType type) => new(FileTensors(type).Aggregate(0L, (sum, tensor) => checked(sum + tensor.Bytes)));

    /// <summary>Elements of all weights, a tied one once.</summary>
    /// <exception cref="OverflowException">The count does not fit 64 bits.</exception>
    public long Parameters => Weights.Aggregate(0L, (sum, weight) => checked(sum + weight.Elements));

    /// <summary>Those that a token passes through: without the experts that are not picked for it.</summary>
    public long ActiveParameters => Parameters - Sublayers.Sum(sublayer => sublayer.IdleParameters);

    /// <summary>The kinds of rotary positions that its layers use.</summary>
    internal IEnumerable<Rotary> Rotaries => Sublayers
        .Select(sublayer => sublayer is Attention attention ? attention.Positions as Rotary : (sublayer as LatentAttention)?.Positions)
        .OfType<Rotary>().Distinct();

    /// <summary>What its layers keep of one sequence, however long it is.</summary>
    /// <param name="compute">The compute type.</param>
    public ByteSize StateSize(DataType compute) => Sublayers.SelectMany(sublayer => sublayer.States)
        .Aggregate(ByteSize.Zero, (sum, state) => sum + (new ByteSize((state.Type ?? compute).Bytes()) * state.Elements));

    /// <summary>Elements of keys and values that are kept of one token, in all layers.</summary>
    public long CachedElements => Sublayers.Sum(sublayer => sublayer.Cached?.Elements ?? 0);
}
