using System.CommandLine;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem model</c>: what a model is made of, to the tensor, from its config.</summary>
internal static class ModelCommand
{
    /// <summary>The type that the config names.</summary>
    private const string Stored = "stored";

    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = ModelArguments.Accepted };
        var dtype = ChoiceOption.Create("--dtype", "Type of the weights; stored is the config's own", Stored, [Stored, .. DataTypes.OfWeights.Keys]);
        var json = JsonOption.Create();
        var command = new Command("model", "Count what a config.json describes: tensors, parameters, cache per token, states") { model, dtype, json };
        command.SetAction(parsed =>
        {
            var spec = ModelPresets.Find(parsed.GetRequiredValue(model));
            var type = DataTypes.OfWeights.TryGetValue(parsed.GetRequiredValue(dtype), out var chosen) ? chosen : spec.StoredType ?? DataType.Float16;
            try
            {
                var record = ModelRecord.Of(spec, type);
                if (parsed.GetValue(json))
                    JsonOption.Print(parsed.InvocationConfiguration.Output, record);
                else
                    ModelSummary.Show(spec, record);
            }
            catch (OverflowException e)
            {
                throw new InputException($"{spec.Name} exceeds 64-bit counts; expected a smaller model", e);
            }
            return ExitCode.Done;
        });
        return command.WithExamples("model gpt2", "model ./Llama-3.1-8B/config.json", "model ./Qwen3-32B --json");
    }
}
