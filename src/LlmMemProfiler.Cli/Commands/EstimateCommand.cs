using System.CommandLine;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Overheads;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Core.Verdicts;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem estimate</c>: how much memory it takes, by three estimators, without a device.</summary>
internal static class EstimateCommand
{
    private const string MustFitName = "--must-fit";

    public static Command Create()
    {
        var arguments = new ModelArguments(isRun: false);
        var targets = new TargetOptions();
        var mustFit = new Option<bool>(MustFitName) { Description = $"Exit with 1 unless the verdict is '{Verdict.Fits.Name()}'" };
        var json = JsonOption.Create();
        var command = new Command("estimate", "Predict the memory of a model and workload, and whether it fits; needs no GPU and no libtorch");
        foreach (var option in targets.First.Concat([mustFit, json]))
            command.Options.Add(option);
        arguments.AddTo(command);
        targets.AddProfileTo(command);
        command.SetAction(parsed =>
        {
            var (model, workload, _) = arguments.Read(parsed);
            var remarks = new List<string>();
            var chosen = targets.Read(parsed, remarks);
            var (name, device, used, capacity) = chosen;
            if (parsed.GetValue(mustFit) && capacity is null)
                throw new InputException($"{MustFitName} needs a memory to fit into; must be with --target or {MemoryOption.Name}");
            Remarks.Show(remarks);
            using var progress = new SimulationLine();
            var requests = capacity is null ? null : new SimulatedRequests();
            var estimates = Estimators.All(model, workload, device, progress.Watch, requests);
            var (facts, requested) = (ModelFacts.Of(model), WorkloadFacts.Of(workload));
            IReadOnlyList<string> warnings = used is null ? [] : [.. ProfileApplication.Warnings(used, facts, requested, null)];
            if (used is not null)
                estimates = [.. estimates.Select(e => used.Apply(e, facts, requested))];
            if (chosen.Overhead is { } overhead)
                estimates = [.. estimates.Select(e => overhead.AddTo(e, device!))];
            var ranges = chosen.Overhead is { Ranges: { Count: > 0 } known } ? known : null;
            var fit = capacity is null ? null : Fit.Of(estimates[^1], capacity, model, workload, device!, progress.Watch, requests);
            progress.Dispose();
            var record = new EstimateRecord(EstimateRecord.CurrentSchema, facts, requested, used?.Name, estimates)
            {
                Warnings = warnings,
                OverheadFrom = used is not null ? OverheadSource.Profile : chosen.IsNone ? OverheadSource.None : ranges is null ? null : OverheadSource.Atlas,
                Overheads = ranges,
            };
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, fit is null ? record : record.With(fit));
            else
                Show(record, model, workload, name, fit);
            foreach (var warning in warnings)
                Terminal.Say($"{warning}");
            if (!parsed.GetValue(mustFit) || fit?.Verdict == Verdict.Fits)
                return ExitCode.Done;
            Terminal.Say($"{MustFitName}: the verdict is {fit?.Verdict?.Name() ?? "not known"}");
            return ExitCode.Failed;
        });
        return command.WithExamples(
            "estimate",
            "estimate gpt2-xl --dtype int8 --batch 8 --prompt 512 --new-tokens 512 --target h100",
            "estimate gpt2-xl --batch 256 --prompt 512 --new-tokens 512 --memory 24GiB --must-fit",
            "estimate gpt2-xl --target h100 --libtorch-version 2.12",
            "estimate ./my-model/config.json --attention math --json",
            "estimate gpt2 --profile profile.json");
    }

    private static void Show(EstimateRecord record, ModelSpec model, Workload workload, string? target, Fit? fit)
    {
        Terminal.Out.WriteLine(RunSummary.Title(record.Model, record.Workload));
        var table = new PartTable();
        foreach (var estimate in record.Estimates)
            table.Add(estimate.Estimator, estimate.Parts, isLowerBound: record.Profile is null && estimate.Estimator != GuideEstimator.Name && estimate.High is null);
        Terminal.Out.Write(table.Build("total"));
        Terminal.Out.WriteLine(CacheFormula.Of(model, workload));
        if (GuideCache.Note(model, workload) is { } guide)
            Terminal.Out.WriteLine(guide);
        if (model.FromClass.Count > 0)
            Terminal.Out.WriteLine($"not in the config: {string.Join(", ", model.FromClass)}");
        foreach (var estimate in record.Estimates.Where(e => record.Profile is not null && e.Low is not null))
            Terminal.Out.WriteLine($"{estimate.Estimator}: with profile {record.Profile}, {estimate.Low} to {estimate.High} ({estimate.Interval})");
        OverheadLines.Show(record);
        foreach (var estimate in record.Estimates.Where(e => e.PeakAt is not null))
            Terminal.Out.WriteLine($"{estimate.Estimator}: tensor peak {estimate.TensorPeak?.ToExactString()}{(estimate.TensorParts.Counted == Counted.Blocks ? " of the allocator's blocks" : "")}, in {estimate.PeakAt}");
        foreach (var estimate in record.Estimates.Where(e => e.Target is not null))
        {
            Terminal.Out.WriteLine($"{estimate.Estimator} for {target} ({estimate.Target}): allocated {Exact(estimate.AllocatedPeak)}, reserved {Exact(estimate.ReservedPeak)}{(estimate.ReservedPeakRising is { } rising ? $" ({rising.ToExactString()} where addresses rise)" : "")}");
            if (estimate.OutOfMemory is { } refusal)
                Terminal.Out.WriteLine(refusal);
        }
        foreach (var estimate in record.Estimates.Where(e => e.WorstRoutingExtra is not null))
            Terminal.Out.WriteLine($"{estimate.Estimator}: each expert is given as many tokens; {estimate.WorstRoutingExtra} more if the router sent all to the same ones");
        foreach (var unknown in record.Estimates[^1].Unknown)
            Terminal.Out.WriteLine($"unknown: {unknown}");
        if (target is null)
            Terminal.Out.WriteLine("--target NAME simulates a device's kernels and allocator; --profile adds its runtime; 'llmmem run' measures both.");
        if (fit is not null)
            Terminal.Out.WriteLine(VerdictLine.Of(fit));
    }

    private static string Exact(Core.Units.ByteSize? size) => size?.ToExactString() ?? "unknown";
}
