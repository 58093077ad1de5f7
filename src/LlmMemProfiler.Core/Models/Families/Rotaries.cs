using System.Text.Json;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Reads rotary positions, as transformers 4 (<c>rope_theta</c>, <c>rope_scaling</c>) and 5 (<c>rope_parameters</c>) write them.</summary>
/// <remarks>transformers, <c>modeling_rope_utils.py</c>.</remarks>
internal static class Rotaries
{
    private const double UsualBase = 10_000;

    /// <summary>Gemma 4's: all elements are in pairs, and a share of the pairs, the first ones, is rotated.</summary>
    private const string Proportional = "proportional";

    /// <summary>The rotation of heads of a width.</summary>
    /// <param name="config">The config.</param>
    /// <param name="headDim">Width of a head.</param>
    /// <param name="layerType">The kind of layer, such as sliding_attention, where they differ.</param>
    /// <param name="baseField">The field that has the base of this kind of layer.</param>
    public static Rotary Read(ModelConfig config, int headDim, string? layerType = null, string baseField = "rope_theta")
    {
        var parameters = config.Object("rope_scaling") ?? config.Object("rope_parameters");
        // Those of a kind that no layer is of mean nothing; a class sets both.
        if (layerType is not null)
            parameters?.PassOver(Windows.Full, Windows.Sliding);
        if (parameters is not null && layerType is not null && parameters.Has(layerType))
            parameters = parameters.Object(layerType);
        var ownShare = config.RealOrNull("partial_rotary_factor");
        var share = Number(parameters, "partial_rotary_factor") ?? ownShare ?? 1;
        var isProportional = parameters?.Text("rope_type") == Proportional;
        var width = share is > 0 and <= 1 ? (int)(headDim * (isProportional ? 1 : share)) : throw new InputException($"{config.Origin}: partial_rotary_factor is {share}; expected a share of the head, above 0 and at most 1");
        var theta = config.RealOrNull(baseField);
        RequireFactors(config, parameters, width);
        return new(width, Number(parameters, "rope_theta") ?? theta ?? UsualBase) { Scaling = parameters is null ? null : Scaling(parameters) };
    }

    /// <summary>The rotation of one of two kinds of layers, of which only those without a window have scaled frequencies.</summary>
    /// <param name="config">The config.</param>
    /// <param name="headDim">Width of a head.</param>
    /// <param name="slides">True if the layer has a window.</param>
    /// <param name="windowBase">The field that has the base of the layers with a window.</param>
    public static Rotary OfKind(ModelConfig config, int headDim, bool slides, string windowBase)
    {
        // Whichever of the two kinds a config has, the fields of both belong to it.
        var far = Read(config, headDim, Windows.Full);
        var near = config.Object("rope_parameters")?.Has(Windows.Sliding) == true
            ? Read(config, headDim, Windows.Sliding, windowBase)
            : new(headDim, config.RealOrNull(windowBase) ?? UsualBase);
        return slides ? near : far;
    }

    /// <summary>Lists of factors have one number for each frequency.</summary>
    private static void RequireFactors(ModelConfig config, ModelConfig? parameters, int width)
    {
        foreach (var name in (string[])["short_factor", "long_factor"])
        {
            if (parameters?.Reals(name) is { } factors && factors.Count != width / 2)
                throw new InputException($"{config.Origin}: {name} has {factors.Count} numbers; expected one for each of the {width / 2} rotary frequencies");
        }
    }

    private static double? Number(ModelConfig? parameters, string field) => parameters?.Has(field) == true ? parameters.Real(field) : null;

    private static RotaryScaling? Scaling(ModelConfig parameters)
    {
        var kind = parameters.Text("rope_type") ?? parameters.Text("type") ?? "default";
        var numbers = new List<(string, double)>();
        var factors = new List<(string, Sequence<double>)>();
        foreach (var name in parameters.Names.Where(name =>
            name is not ("rope_type" or "type" or "rope_theta") && (name is not "partial_rotary_factor" || kind == Proportional)))
        {
            switch (parameters.Kind(name))
            {
                case JsonValueKind.Number:
                    numbers.Add((name, parameters.Real(name)));
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    numbers.Add((name, parameters.Flag(name) ? 1 : 0));
                    break;
                case JsonValueKind.Array:
                    factors.Add((name, [.. parameters.Reals(name)!]));
                    break;
                default:
                    break;
            }
        }
        _ = parameters.Text("type");
        return kind == "default" && numbers.Count == 0 && factors.Count == 0 ? null : new(kind, [.. numbers], [.. factors]);
    }
}
