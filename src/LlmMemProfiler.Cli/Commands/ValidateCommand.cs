using System.CommandLine;
using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Fits;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem validate</c>: predictions against results, a gate for them, and what moved since another profile.</summary>
internal static class ValidateCommand
{
    public static Command Create()
    {
        var results = new ResultsArguments();
        var profile = new ProfileOption();
        var against = new Option<string?>("--against") { Description = "Another profile, or other results, to tell what moved since", HelpName = "PROFILE|RESULTS" };
        var median = Percent("--max-median", "Fail (exit 1) where the median error is above this, in %");
        var error = Percent("--max-error", "Fail where the largest error is above this, in %");
        var under = Percent("--max-under", "Fail where the largest under-estimate is above this, in %");
        var tensors = Count("--max-tensor-differences", "Fail where tensors of predicted and measured traces differ in more operations than this");
        var equal = Percent("--min-equal-traces", "Fail where of one type's points fewer than this have equal traces, kernels' scratch included, in %");
        var allocated = Percent("--max-allocated-error", "Fail where the allocated peak of a point is further off than this, in %");
        var json = JsonOption.Create();
        var command = new Command("validate", "Compare predictions with measured results, by part and in total; the gate judges the simulated estimator");
        results.AddTo(command);
        profile.AddTo(command);
        foreach (var option in (Option[])[against, median, error, under, tensors, equal, allocated, json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var used = profile.Read(parsed);
            var gate = new Gate(parsed.GetValue(median), parsed.GetValue(error), parsed.GetValue(under));
            var traceGate = new TraceGate(parsed.GetValue(tensors), parsed.GetValue(equal), parsed.GetValue(allocated));
            var record = Validate(results.Read(parsed), used, gate, traceGate, parsed.GetValue(against));
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, record);
            else
                ValidationSummary.Show(record);
            Remarks.Show(record.Remarks);
            return record.Gate is { Passed: false } || record.TraceGate is { Passed: false } ? ExitCode.GateFailed : ExitCode.Done;
        });
        return command.WithExamples(
            "validate results",
            "validate results --profile profile.json --max-median 1 --max-error 5",
            "validate results --max-tensor-differences 0 --min-equal-traces 99 --max-allocated-error 0.5",
            "validate new-results --against old-profile.json --json");
    }

    private static ValidationRecord Validate(CalibrationInput input, HardwareProfile? profile, Gate gate, TraceGate traceGate, string? against)
    {
        var isOwn = Validation.IsOwnEvidence(profile, input);
        var points = input.Points.Where(p => !isOwn || p.Share == Share.HeldOut).ToList();
        var estimators = Validation.Of(points, profile);
        var drift = against is null ? null : Drift.Between(ProfileOrResults(against), profile ?? CalibrationRun.Of(input));
        var traces = TraceValidations.Of(input.Traces);
        return new(
            ValidationRecord.CurrentSchema, profile?.Name, isOwn, input.Read, input.Skipped, input.NotOk + input.WithoutPeak, estimators,
            gate.IsAsked ? gate.Judge(estimators) : null, drift,
            [.. input.Remarks, .. profile is null ? [] : Validation.Warnings(profile, input)])
        {
            Traces = traces,
            TraceGate = traceGate.IsAsked ? traceGate.Judge(traces) : null,
        };
    }

    private static HardwareProfile ProfileOrResults(string path) =>
        path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) || (Directory.Exists(path) && !File.Exists(Path.Combine(path, HardwareProfiles.FileName)))
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
            result.AddError($"{name} is '{text}'; a percentage from 0 on, such as 5 or 0.5, is needed");
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
            result.AddError($"{name} is '{text}'; a whole number from 0 on is needed");
            return null;
        },
    };
}
