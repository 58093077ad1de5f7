using System.CommandLine;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Cli.Options;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem claims</c>: what committed evidence is held to, for the evidence scripts; hidden from help.</summary>
internal static class ClaimsCommand
{
    public static Command Create()
    {
        var results = new ResultsArguments();
        var command = new Command("claims", "Count how well records and today's predictions agree; prints JSON, for claims.json next to the records") { Hidden = true };
        results.AddTo(command);
        command.SetAction(parsed =>
        {
            var reader = results.Open(parsed);
            JsonOption.Print(parsed.InvocationConfiguration.Output, EvidenceClaims.Of(reader.Read(results.Paths(parsed))));
            return ExitCode.Done;
        });
        return command;
    }
}
