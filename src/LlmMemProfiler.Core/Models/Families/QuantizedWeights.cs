using System.Text.Json;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Weights that a checkpoint keeps in a narrow type, with scales. They are counted as they are computed with, without the scales.</summary>
internal static class QuantizedWeights
{
    private const string Field = "quantization_config";

    /// <summary>True if a model's config keeps weights so.</summary>
    public static bool AreIn(ModelSpec model) => model.LeftOut.Any(part => part.StartsWith(Field, StringComparison.Ordinal));

    /// <summary>What is left out, for <see cref="ModelSpec.LeftOut"/>: 'quantization_config: its scales (fp8, weight_block_size [128,128])'.</summary>
    public static Sequence<string> LeftOut(ModelFields fields)
    {
        if (!fields.HasObject(Field))
            return [];
        var quantized = fields.Object(Field);
        var numbers = quantized.Names.Where(name => quantized.Kind(name) is JsonValueKind.Number or JsonValueKind.Array && quantized.Shown(name).Any(char.IsAsciiDigit));
        string[] words = [.. quantized.Text("quant_method") is { } method ? [method] : (string[])[], .. numbers.Select(name => $"{name} {string.Concat(quantized.Shown(name).Split())}")];
        return [$"{Field}: its scales{(words.Length == 0 ? "" : $" ({string.Join(", ", words)})")}"];
    }
}
