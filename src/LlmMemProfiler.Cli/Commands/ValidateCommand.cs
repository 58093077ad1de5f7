using System.CommandLine;
using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Fits;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem validate</c>: predictions against results, gates on them, and drift since another profile.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var results = new ResultsArguments();
        var profile = new ProfileOption();
        var against = new Option<string?>("--against") { Description = "Older profile or results, to show drift", HelpName = "PROFILE|RESULTS" };
        var median = Percent("--max-median", "Fail (exit 1) if the median error is above this, in %");
        var error = Percent("--max-error", "Fail if the largest error is above this, in %");
        var under = Percent("--max-under", "Fail if the largest underestimate is above this, in %");
        var tensors = Count("--max-tensor-differences", "Fail if tensors differ from the predicted trace in more operations than this");
        var equal = Percent("--min-equal-traces", "Fail if fewer of a weight type's points than this match the full predicted trace, in %");
        var allocated = Percent("--max-allocated-error", "Fail if a point's allocated peak is off by more than this, in %");
        var maxDrift = new Option<MaxDrift?>("--max-drift")
        {
            Description = "With --against, fail if a constant moved by more than this, 2% of its old value (and a MiB) or 8MiB, and by more than noise",
            HelpName = "PCT%|SIZE",
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (MaxDrift.Read(text) is { } limit)
                    return limit;
                result.AddError($"bad --max-drift '{text}'; must be a percentage or a size, such as 2% or 8MiB");
                return null;
            },
        };
        var json = JsonOption.Create();
        var command = new Command("validate", "Compare predictions with measured results, in total and by part; gates judge the simulated estimator");
        results.AddTo(command);
        profile.AddTo(command);
        foreach (var option in (Option[])[against, maxDrift, median, error, under, tensors, equal, allocated, json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var gate = new Gate(parsed.GetValue(median), parsed.GetValue(error), parsed.GetValue(under));
            var traceGate = new TraceGate(parsed.GetValue(tensors), parsed.GetValue(equal), parsed.GetValue(allocated));
            var (older, limit) = (parsed.GetValue(against), parsed.GetValue(maxDrift));
            if (limit is not null && older is null)
                throw new InputException("--max-drift needs --against; give both");
            var input = results.Read(parsed);
            if (input.IsVirtual && gate.HasLimits)
                throw new InputException("--max-median, --max-error and --max-under judge device totals, which a virtual GPU has none of; must be results of a real device, or gates on traces");
            var (used, remarks) = profile.Read(parsed, p => input.Hardware?.DifferencesFrom(p.Hardware) is []);
            Remarks.Show(remarks);
            // An installed profile may be the older one: what moved is told by these results, unless a profile is asked for.
            var drift = older is null
                ? null
                : Drift.Between(ProfileOrResults(older), profile.ReadGiven(parsed)?.Profile ?? CalibrationRun.Of(input), input.Points);
            var record = Validate(input, used, gate, traceGate, drift is null ? null : limit?.Judge(drift) ?? drift);
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, record);
            else
                ValidationSummary.Show(record);
            Remarks.Show(record.Remarks);
            return record.Gate is { Passed: false } || record.TraceGate is { Passed: false } || record.Drift?.Failed is { Count: > 0 } ? ExitCode.Failed : ExitCode.Done;
        });
        return command.WithExamples(
            "validate results",
            "validate results --profile profile.json --max-median 1 --max-error 5",
            "validate results --max-tensor-differences 0 --min-equal-traces 99 --max-allocated-error 0.5",
            "validate new-results --against old-profile.json --max-drift 2%");
    }

    private static ValidationRecord Validate(CalibrationInput input, HardwareProfile? profile, Gate gate, TraceGate traceGate, DriftRecord? drift)
    {
        var isOwn = Validation.IsOwnEvidence(profile, input);
        var points = isOwn ? input.Split().HeldOut : input.Points;
        var estimators = Validation.Of(points, profile);
        var traces = TraceValidations.Of(input.Traces);
        return new(
            ValidationRecord.CurrentSchema, profile?.Name, isOwn, input.Read, input.Skipped, input.NotOk + input.WithoutPeak, estimators,
            gate.HasLimits ? gate.Judge(estimators) : null, drift,
            [.. input.Remarks, .. profile is null ? [] : Validation.Warnings(profile, input)])
        {
            Device = input.IsVirtual ? DeviceKind.Virtual : null,
            Traces = traces,
            TraceGate = traceGate.HasLimits ? traceGate.Judge(traces) : null,
        };
    }

    private static HardwareProfile ProfileOrResults(string path) =>
        ResultsFile.IsNamedSo(path) || (Directory.Exists(path) && !File.Exists(Path.Combine(path, HardwareProfiles.FileName)))
            ? CalibrationRun.Of(CalibrationInput.ReadFiles([path], isSkipping: false))
            : HardwareProfiles.Find(path);

    private static Option<double?> Percent(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "PCT",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && double.IsFinite(percent))
                return percent;
            result.AddError($"bad {name} '{text}'; must be a percentage, such as 5 or 0.5");
            return null;
        },
    };

    private static Option<long?> Count(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                return count;
            result.AddError($"bad {name} '{text}'; must be an integer from 0 up");
            return null;
        },
    };
}
