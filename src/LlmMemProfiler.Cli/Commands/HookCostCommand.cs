using System.CommandLine;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Core;
using LlmMemProfiler.Device;
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
            var (model, workload, stored) = arguments.Read(parsed);
            var name = parsed.GetRequiredValue(device);
            using var interruption = new Interruption();
            if (DeviceChoice.Parse(name).Virtual is not null)
                throw new InputException($"--device {name}: a virtual GPU has no times; must be a real device");
            using var opened = OpenedDevice.Open(name, parsed.GetValue(libtorch), parsed.GetValue(allowBusy));
            JsonOption.Print(
                parsed.InvocationConfiguration.Output,
                HookCost.Measure(new(model, workload, Seed: 1) { Weights = stored }, opened.Device, opened.Library, Rounds, interruption.Token));
            return ExitCode.Done;
        });
        return command;
    }
}
