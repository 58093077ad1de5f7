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
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = ModelArguments.Accepted };
        var dtype = new WeightTypeOption();
        var length = new Option<int?>("--length")
        {
            Description = "Tokens of the sequence whose cache is told [default: all positions]",
            HelpName = "N",
            CustomParser = result =>
            {
                if (TokenCounts.Parse(result.Tokens[0].Value) is { } tokens)
                    return tokens;
                result.AddError($"bad --length '{result.Tokens[0].Value}'; must be {TokenCounts.Expected}");
                return null;
            },
        };
        var json = JsonOption.Create();
        var command = new Command("model", "Count what a config.json describes: tensors, parameters, cache per token, states") { model, dtype.Option, length, json };
        command.SetAction(parsed =>
        {
            var spec = ModelPresets.Find(parsed.GetRequiredValue(model));
            try
            {
                var record = ModelRecord.Of(spec, dtype.Read(parsed, spec), parsed.GetValue(length) ?? spec.Positions);
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
        return command.WithExamples("model gpt2", "model ./Llama-3.1-8B/config.json", "model ./gemma-3-1b --length 32k", "model ./Qwen3-32B --json");
    }
}
