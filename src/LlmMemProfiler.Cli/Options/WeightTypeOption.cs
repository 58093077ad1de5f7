using System.CommandLine;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Options;

/// <summary><c>--dtype</c>: the type of the weights.</summary>
internal sealed class WeightTypeOption
{
    /// <summary>The type that the model's config names.</summary>
    private const string Stored = "stored";

    private const DataType Otherwise = DataType.Float16;

    public Option<string> Option { get; } = ChoiceOption.Create(
        "--dtype", $"Weight type; {Stored} is the config's own, {Otherwise.Name()} where it names none", Stored, [Stored, .. DataTypes.OfWeights.Keys]);

    public DataType Read(ParseResult parsed, ModelSpec model) =>
        DataTypes.OfWeights.TryGetValue(parsed.GetRequiredValue(Option), out var type) ? type : model.StoredType ?? Otherwise;
}
