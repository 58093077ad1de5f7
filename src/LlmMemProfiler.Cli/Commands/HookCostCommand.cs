using System.CommandLine;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness.Runs;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem hook-cost</c>: the cost of observing every allocation, for the evidence scripts; hidden from help.</summary>
internal static class HookCostCommand
{
    private const int Rounds = 3;

    public static Command Create()
    {
        var arguments = new ModelArguments(isRun: true);
        var (device, libtorch, allowBusy) = (SharedOptions.Device(), SharedOptions.LibTorch(), SharedOptions.AllowBusy());
        var command = new Command("hook-cost", "Measure the cost of the allocation hook in decode, on and off in alternate steps; prints JSON") { Hidden = true };
        arguments.AddTo(command);
        foreach (var option in (Option[])[device, libtorch, allowBusy])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var (model, workload) = arguments.Read(parsed);
            var name = parsed.GetRequiredValue(device);
            using var interruption = new Interruption();
            PinnedVariables.SetFor(name);
            var library = LibTorchLibrary.Load(parsed.GetValue(libtorch));
            using var place = ComputeDevice.Find(name, library, parsed.GetValue(allowBusy));
            JsonOption.Print(
                parsed.InvocationConfiguration.Output,
                HookCost.Measure(new(model, workload, Seed: 1), place, library, Rounds, interruption.Token));
            return ExitCode.Done;
        });
        return command;
    }
}
