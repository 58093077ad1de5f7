namespace LlmMemProfiler.Core.Models;

/// <summary>Dimensions of a GPT-style decoder: pre-norm blocks, learned positions, GELU.</summary>
public sealed record ModelSpec
{
    /// <summary>More layers than any known decoder has; allocation tags have 12 bits for the layer.</summary>
    public const int MaximumLayers = 4_000;

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

    /// <summary>Width of one head: d / h.</summary>
    public int HeadDim => DModel / Heads;

    /// <summary>Width of the keys, or values, of one position: kv_heads × head_dim.</summary>
    public int KvWidth => KvHeads * HeadDim;

    /// <summary>Validates the dimensions.</summary>
    /// <param name="origin">Source named in errors: a file or a preset.</param>
    /// <exception cref="InputException">A dimension is out of range, or the heads do not divide evenly.</exception>
    public ModelSpec Validated(string origin)
    {
        InRange(Layers, "layers", MaximumLayers);
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
        return this;

        void InRange(int number, string field, int most)
        {
            if (number < 1 || number > most)
                throw new InputException($"{origin}: {field} is {number}; expected a whole number from 1 to {most}");
        }
    }
}
