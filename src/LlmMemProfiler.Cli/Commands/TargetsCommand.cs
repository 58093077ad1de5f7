using System.CommandLine;
using System.Globalization;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem targets</c>: the GPUs that can be simulated, with the memory that counts.</summary>
internal static class TargetsCommand
{
    public static Command Create()
    {
        var json = JsonOption.Create();
        var command = new Command("targets", "List the GPUs that --target knows, the memory that a verdict counts with, and what was checked of their capability on virtual GPUs") { json };
        command.SetAction(parsed =>
        {
            var targets = TargetsRecord.OfAll();
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, targets);
            else
                Terminal.Out.Write(Table(targets));
            return ExitCode.Done;
        });
        return command.WithExamples("targets", "targets --json");
    }

    internal static ConsoleTable Table(TargetsRecord targets)
    {
        var table = new ConsoleTable().Label("target").Word("as its driver calls it", rank: 3).Number("capability", rank: 1)
            .Number("multiprocessors", rank: 2).Number("memory").Number("virtual points as predicted", rank: 4);
        foreach (var target in targets.Targets)
        {
            table.Row(
                target.Name, target.Title, target.Capability, target.Multiprocessors.ToString(CultureInfo.InvariantCulture),
                target.Total?.ToString() ?? "not known",
                target.VirtualPoints == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"{target.VirtualPointsEqual:N0} of {target.VirtualPoints:N0}"));
        }
        return table;
    }
}
