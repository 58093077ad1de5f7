using System.CommandLine;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Overheads;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;
using Spectre.Console;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem estimate</c>: how much memory it takes, by three estimators, without a device.</summary>
internal static class EstimateCommand
{
    public static Command Create()
    {
        var arguments = new ModelArguments(isRun: false);
        var target = new Option<string?>("--target")
        {
            Description = $"Device to simulate, with its kernels and allocator: cpu, {TargetNames.Description} [default: the profile's hardware, else none]",
            HelpName = "NAME",
        };
        var libTorch = LibTorchVersionOption();
        var profile = new ProfileOption(", which leaves out the atlas of overheads too");
        var json = JsonOption.Create();
        var command = new Command("estimate", "Predict the memory of a model and workload; needs no GPU and no libtorch") { target, libTorch, json };
        arguments.AddTo(command);
        profile.AddTo(command);
        command.SetAction(parsed =>
        {
            var (model, workload) = arguments.Read(parsed);
            var wanted = parsed.GetValue(target) is { } named ? Targets.NameOf(named) : null;
            var chosen = profile.Read(parsed, p => wanted is null ? ThisMachine.Has(p) : TargetOf(p.Hardware) == wanted);
            Remarks.Show(chosen.Remarks);
            var used = chosen.Profile;
            var name = wanted ?? (used is null ? null : TargetOf(used.Hardware));
            var version = parsed.GetValue(libTorch);
            var device = name is null
                ? null
                : Targets.Find(name, used?.Hardware.Threads ?? Environment.ProcessorCount, Environment.GetEnvironmentVariable, version);
            if (version is not null && device?.Kind != DeviceKind.Cuda)
                throw new InputException($"--libtorch-version {version.Version} chooses the rules of a GPU's libtorch; use it with --target NAME of a GPU");
            if (device is not null)
                used?.RequireFits(device.Kind);
            IReadOnlyList<MemoryEstimate> estimates;
            using (var progress = new SimulationLine())
                estimates = Estimators.All(model, workload, device, progress.Watch);
            var (facts, requested) = (ModelFacts.Of(model), WorkloadFacts.Of(workload));
            IReadOnlyList<string> warnings = used is null ? [] : [.. ProfileApplication.Warnings(used, facts, requested, null)];
            if (used is not null)
                estimates = [.. estimates.Select(e => used.Apply(e, facts, requested))];
            var overhead = used is null && name is not null ? OverheadOf(name, chosen) : null;
            if (overhead is not null && device is not null)
                estimates = [.. estimates.Select(e => overhead.AddTo(e, device))];
            var ranges = overhead is { Ranges.Count: > 0 } ? overhead.Ranges : null;
            var record = new EstimateRecord(EstimateRecord.CurrentSchema, facts, requested, used?.Name, estimates)
            {
                Warnings = warnings,
                OverheadFrom = used is not null ? OverheadSource.Profile : chosen.IsNone ? OverheadSource.None : ranges is null ? null : OverheadSource.Atlas,
                Overheads = ranges,
            };
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, record);
            else
                Show(record, name);
            foreach (var warning in warnings)
                Terminal.Say($"{warning}");
            return ExitCode.Done;
        });
        return command.WithExamples(
            "estimate",
            "estimate gpt2-xl --dtype int8 --batch 8 --prompt 512 --new-tokens 512 --target h100",
            "estimate gpt2-xl --target h100 --libtorch-version 2.12",
            "estimate ./my-model/config.json --attention math --json",
            "estimate gpt2 --profile profile.json");
    }

    private static Option<LibTorchCuda?> LibTorchVersionOption() => new("--libtorch-version")
    {
        Description = $"libtorch whose rules the simulation of a GPU follows; compared were {LibTorchCuda.Compared} [default: {LibTorchCuda.TorchSharp.Version}]",
        HelpName = "VERSION",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (LibTorchCuda.OfVersion(text) is { } libTorch)
                return libTorch;
            result.AddError($"bad --libtorch-version '{text}'; must be a version such as 2.12 or 2.12.1");
            return null;
        },
    };

    /// <summary>The target that a profile's hardware is; null if it cannot be simulated.</summary>
    private static string? TargetOf(HardwareKey hardware) =>
        hardware.Kind == DeviceKind.Cpu ? DeviceKind.Cpu.Name()
        : GpuNames.OfDriver(hardware.Name, hardware.Total) is { } gpu && GpuCode.RunsOn(gpu.Capability) ? gpu.Name
        : null;

    /// <summary>A GPU's overhead without a profile; null for the CPU.</summary>
    private static GpuOverhead? OverheadOf(string target, ChosenProfile chosen) =>
        Targets.GpuOf(target) is not { } gpu ? null
        : chosen.IsNone ? GpuOverhead.LeftOut
        : GpuOverhead.Of(gpu, Environment.GetEnvironmentVariable);

    private static void Show(EstimateRecord record, string? target)
    {
        Terminal.Out.WriteLine(RunSummary.Title(record.Model, record.Workload));
        var table = new PartTable();
        foreach (var estimate in record.Estimates)
            table.Add(estimate.Estimator, estimate.Parts, isLowerBound: record.Profile is null && estimate.Estimator != GuideEstimator.Name && estimate.High is null);
        Terminal.Out.Write(table.Build("total"));
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
        foreach (var unknown in record.Estimates[^1].Unknown)
            Terminal.Out.WriteLine($"unknown: {unknown}");
        if (target is null)
            Terminal.Out.WriteLine("--target NAME simulates a device's kernels and allocator; --profile adds its runtime; 'llmmem run' measures both.");
    }

    private static string Exact(Core.Units.ByteSize? size) => size?.ToExactString() ?? "unknown";
}
