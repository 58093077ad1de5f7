using System.CommandLine;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Records;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem estimate</c>: how much memory it will take, by three estimators, without a device.</summary>
internal static class EstimateCommand
{
    public static Command Create()
    {
        var arguments = new ModelArguments();
        var json = JsonOption.Create();
        var command = new Command("estimate", "Predict the memory of a model under a workload; needs no GPU and loads no libtorch") { json };
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var (model, workload) = arguments.Read(parsed);
            var estimates = Estimators.All(model, workload);
            var record = new EstimateRecord(
                EstimateRecord.CurrentSchema, ModelFacts.Of(model), WorkloadFacts.Of(workload), Profile: null, estimates);
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, record);
            else
                Show(record);
            return ExitCode.Done;
        });
        return command.WithExamples(
            "estimate",
            "estimate gpt2-xl --dtype int8 --batch 8 --prompt 512 --new-tokens 512",
            "estimate ./my-model/config.json --attention math --json");
    }

    private static void Show(EstimateRecord record)
    {
        Terminal.Out.WriteLine(PointTitle.Of(record.Model, record.Workload));
        var table = new PartTable();
        foreach (var estimate in record.Estimates)
            table.Add(estimate.Estimator, estimate.Parts, isOpen: estimate.Parts[Core.Measurement.Part.Overhead] is null);
        Terminal.Out.Write(table.Build("total"));
        foreach (var estimate in record.Estimates.Where(e => e.PeakAt is not null))
            Terminal.Out.WriteLine($"{estimate.Estimator}: tensors peak at {estimate.TensorPeak?.ToExactString()}, in {estimate.PeakAt}");
        Terminal.Out.WriteLine("Not known without a profile of the hardware: the runtime's overhead and kernels' scratch; 'llmmem run' measures them.");
    }
}
