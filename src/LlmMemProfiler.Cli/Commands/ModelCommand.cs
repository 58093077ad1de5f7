using System.CommandLine;
using System.Globalization;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem model</c>: what a model is made of, to the tensor, from its config.</summary>
internal static class ModelCommand
{
    public static Command Create()
    {
        var model = new Argument<string?>("MODEL") { Description = ModelArguments.Accepted, Arity = ArgumentArity.ZeroOrOne };
        var types = new Option<bool>("--types") { Description = "List the values of model_type that are read, and exit" };
        // INT8 with scales is how this program runs a model, and no checkpoint's type.
        var dtype = new WeightTypeOption(DataTypes.OfCompute);
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
        var command = new Command("model", "Count what a config.json describes: tensors, parameters, cache per token, states") { model, dtype.Option, length, types, json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(types))
            {
                foreach (var known in DecoderTypes.All)
                    parsed.InvocationConfiguration.Output.WriteLine(known);
                return ExitCode.Done;
            }
            var name = parsed.GetValue(model) ?? throw new InputException("MODEL is missing; give a preset, a config.json, a folder that contains one, or a .gguf file");
            if (StoredCheckpoint.IsGguf(name))
            {
                var file = CheckpointRecord.Of(StoredCheckpoint.Find(name)!, null);
                return Print(parsed, json, file, () => ModelSummary.Show(file));
            }
            var spec = ModelPresets.Find(name);
            var stored = ModelPresets.PathOf(name) is { } path ? StoredCheckpoint.Find(path) : null;
            (spec, var type) = dtype.Read(parsed, spec);
            if (parsed.GetValue(length) > spec.Positions)
                Remarks.Show([string.Create(CultureInfo.InvariantCulture, $"--length {parsed.GetValue(length):N0} is more than the {spec.Positions:N0} positions of {spec.Name}")]);
            try
            {
                var record = ModelRecord.Of(spec, type, parsed.GetValue(length) ?? spec.Positions) with
                {
                    Checkpoint = stored is null ? null : CheckpointRecord.Of(stored, spec),
                };
                return Print(parsed, json, record, () => ModelSummary.Show(spec, record));
            }
            catch (OverflowException e)
            {
                throw new InputException($"{spec.Name} exceeds 64-bit counts; expected a smaller model", e);
            }
        });
        return command.WithExamples("model gpt2", "model ./Llama-3.1-8B/config.json", "model ./gemma-3-1b --length 32k", "model ./Qwen3-32B --json", "model ./llama-3.1-8b-q4_k_m.gguf");
    }

    private static int Print<T>(ParseResult parsed, Option<bool> json, T record, Action show)
    {
        if (parsed.GetValue(json))
            JsonOption.Print(parsed.InvocationConfiguration.Output, record);
        else
            show();
        return ExitCode.Done;
    }
}
