using System.CommandLine;
using System.Diagnostics;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Harness.Sweeps;
using LlmMemProfiler.Harness.Sweeps.Workers;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem sweep</c>: measures the points of a plan, each in its own process, and saves every record right away.</summary>
internal static class SweepCommand
{
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(120);

    public static Command Create()
    {
        var arguments = new SweepArguments();
        var json = JsonOption.Create();
        var command = new Command("sweep", "Measure all points of a plan, each in a fresh process; can resume an earlier sweep");
        arguments.AddTo(command);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var record = Execute(arguments.Read(parsed));
            var isJson = parsed.GetValue(json);
            if (isJson)
                JsonOption.Print(parsed.InvocationConfiguration.Output, record);
            else
                SweepSummary.Show(record);
            SweepSummary.ShowEnd(record, isJson);
            return record.Interrupted ? ExitCode.Interrupted
                : record is { Results: not null, Failures: > 0 } or { DeviceLost: not null } ? ExitCode.Failed
                : ExitCode.Done;
        });
        return command.WithExamples(
            "sweep quick --out results",
            "sweep standard --dry-run",
            "sweep standard --out results --resume",
            "sweep standard --device cuda:all --repeat 3 --out results",
            "sweep ./my-plan.json --shard 2/8 --out results");
    }

    /// <summary>Runs a sweep; also the first half of a calibration.</summary>
    /// <param name="request">The sweep.</param>
    /// <param name="check">Throws if what is left to measure, or where, will not do; null for any.</param>
    public static SweepRecord Execute(SweepRequest request, Action<SweepState, WorkerFacts>? check = null)
    {
        var lanes = SweepLane.Of(
            request.Devices, WorkerCommand.Self(WorkerProgram.Name), Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES"));
        using var results = request.DryRun ? null : SweepResults.Open(request, Terminal.Say);
        var facts = Ask(lanes, request);
        request = request.On(facts.Select(f => f.Device));
        SweepState state;
        using (var planning = new SimulationLine())
            state = new(request, facts[0], request.DryRun ? SweepResults.Finished(request) : results!.Before, planning.Show);
        check?.Invoke(state, facts[0]);
        if (results is null)
            return state.Record(lanes, null);

        // Until here a signal ends the process at once: there is nothing yet that must be kept.
        using var interruption = new Interruption("dropping the current point and keeping all others");
        SweepOpening.Show(state, request.Plan.Name, lanes.Count, facts[0].Device.Kind, results.Path);
        var started = Stopwatch.StartNew();
        var isInterrupted = false;
        using var progress = new SweepProgressLine(state, lanes.Count);
        var sweep = new Sweep([.. lanes.Zip(facts)], results.Append, moment =>
        {
            state.Add(moment);
            progress.Show(moment);
        })
        {
            Limit = request.Limit,
            Libtorch = request.Libtorch,
            AllowBusy = request.AllowBusy,
        };
        try
        {
            sweep.RunAsync(state.Jobs, interruption.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            isInterrupted = true;
        }
        return state.Record(lanes, results.Path) with
        {
            Seconds = Math.Round(started.Elapsed.TotalSeconds, 3),
            Interrupted = isInterrupted,
            DeviceLost = sweep.Lost.Count == lanes.Count ? $"device lost at point {state.Reached} of {state.Total} ({sweep.Lost[^1].Error})" : null,
        };
    }

    private static WorkerFacts[] Ask(IReadOnlyList<SweepLane> lanes, SweepRequest request) =>
        Task.WhenAll(lanes.Select(lane => lane.QueryAsync(request.Libtorch, request.AllowBusy, LongestAnswer))).GetAwaiter().GetResult();
}
