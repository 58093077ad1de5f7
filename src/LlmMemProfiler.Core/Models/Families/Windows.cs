namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Reads which layers attend to the last tokens only.</summary>
/// <remarks>transformers, <c>layer_types</c> in <c>configuration_utils.py</c>.</remarks>
internal static class Windows
{
    /// <summary>The kind of a layer with a window.</summary>
    public const string Sliding = "sliding_attention";

    /// <summary>The kind of a layer without one.</summary>
    public const string Full = "full_attention";

    /// <summary>The window of a layer; null if it attends to all tokens.</summary>
    /// <param name="config">The config.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="otherwise">Whether it has a window, where <c>layer_types</c> does not say.</param>
    public static int? Read(ModelConfig config, int layer, bool otherwise)
    {
        var window = Width(config);
        return Slides(config, layer, otherwise) ? window : null;
    }

    /// <summary>Null, for a class without windows.</summary>
    /// <exception cref="InputException">The config gives the layer one.</exception>
    public static int? None(ModelConfig config, int layer) =>
        config.Words("layer_types", config.Layers("num_hidden_layers"))?[layer] is { } type && type is Sliding or "chunked_attention"
            ? throw new InputException($"{config.Origin}: layer_types has '{type}', but {config.ModelType} has no windows; must be {Full}")
            : null;

    /// <summary>The length of the windows; null if there are none, which some configs write as 0.</summary>
    public static int? Width(ModelConfig config) => config.Number("sliding_window") is > 0 and var window ? window : null;

    /// <summary>True if a layer's attention has a window.</summary>
    /// <param name="config">The config.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="otherwise">What <c>layer_types</c> means where it is missing.</param>
    /// <exception cref="InputException">The layer is of another kind.</exception>
    public static bool Slides(ModelConfig config, int layer, bool otherwise)
    {
        if (config.Words("layer_types", config.Layers("num_hidden_layers")) is not { } types)
            return otherwise;
        return types[layer] is Sliding or Full
            ? types[layer] == Sliding
            : throw new InputException($"{config.Origin}: layer_types has '{types[layer]}'; must be {Sliding} or {Full}");
    }
}
