using System.CommandLine;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Options;

/// <summary><c>--dtype</c>: the type of the weights.</summary>
/// <param name="types">Those that can be asked for.</param>
internal sealed class WeightTypeOption(IReadOnlyCollection<string> types)
{
    /// <summary>The type that the model's config names.</summary>
    private const string Stored = "stored";

    private const DataType Otherwise = DataType.Float16;

    public Option<string> Option { get; } = ChoiceOption.Create(
        "--dtype", $"Weight type; {Stored} is the config's own, {Otherwise.Name()} where it names none", Stored, [Stored, .. types]);

    /// <summary>The type, and the model with its weights as they are then: those of a quantized checkpoint are so only as stored.</summary>
    public (ModelSpec Model, DataType Type) Read(ParseResult parsed, ModelSpec model) =>
        DataTypes.OfWeights.TryGetValue(parsed.GetRequiredValue(Option), out var type)
            ? (model with { Quantization = null }, type)
            : (model, model.StoredType ?? Otherwise);
}
