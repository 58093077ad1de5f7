using System.CommandLine;
using System.Globalization;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.Reports.Traces;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem run</c>: the main job. Builds the model, decodes, observes every allocation, and compares.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var arguments = new ModelArguments(isRun: true);
        var device = SharedOptions.Device();
        var libtorch = SharedOptions.LibTorch();
        var allowBusy = SharedOptions.AllowBusy();
        var context = new VirtualContextOption();
        var json = JsonOption.Create();
        var seed = Seed();
        var output = new Option<string?>("--out") { Description = "Folder for the record (results.jsonl) and the plot (PNG and SVG)", HelpName = "DIR" };
        var trace = new Option<string?>("--trace")
        {
            Description = "File for all allocations, measured and predicted, as Chrome trace events (for ui.perfetto.dev; gzipped if *.gz)",
            HelpName = "FILE",
        };
        var profile = new ProfileOption();
        var saving = new SaveOptions();
        var text = new TextOptions();
        var command = new Command("run", "Measure the memory of a real decode, and compare it with the predictions");
        arguments.AddTo(command);
        foreach (var option in (Option[])[device, allowBusy, context.Option, output, trace, seed, libtorch, json])
            command.Options.Add(option);
        profile.AddTo(command);
        saving.AddTo(command);
        text.AddTo(command);
        command.SetAction(parsed =>
        {
            using var prompt = text.Read(parsed, parsed.GetRequiredValue(device), Terminal.Add);
            var (model, workload, stored) = arguments.Read(parsed, prompt is null ? null : of =>
            {
                // Its tokenizer is read once, where it is measured.
                MeasuringProcess.Enter();
                return prompt.Count(of);
            });
            var choice = DeviceChoice.Parse(parsed.GetRequiredValue(device));
            var virtualContext = context.Read(parsed, choice);
            saving.RequireComputed(parsed, choice);
            if (choice.Virtual is null)
                MeasuringProcess.Enter();
            var request = new RunRequest(model, workload, parsed.GetValue(seed)) { Weights = stored, Prompt = prompt?.Request };
            // Before the long work, catch a model too large and an unwritable folder.
            IReadOnlyList<MemoryEstimate> estimates;
            using (var progress = new SimulationLine())
                estimates = Estimators.All(model, workload, target: null, progress.Watch);
            var given = profile.ReadGiven(parsed);
            using var interruption = new Interruption();
            var (folder, isJson) = (parsed.GetValue(output), parsed.GetValue(json));
            if (OutputFile.IsStdout(parsed.GetValue(trace)) || saving.TakesStdout(parsed))
                Terminal.LeaveStdout(isJson);
            using var files = saving.Open(parsed, request, Terminal.Say);
            using var kept = new KeptRecord(folder);
            using var traceFile = parsed.GetValue(trace) is { } path ? OpenTrace(path) : null;
            var needed = estimates.Max(e => e.Parts.Total);
            var written = new Written(isJson);
            var (isOffered, isTraced) = (false, false);
            var record = Measure(
                files.Request, needed, given?.Profile, parsed.GetRequiredValue(device), parsed.GetValue(libtorch), parsed.GetValue(allowBusy), virtualContext,
                t =>
                {
                    kept.Add(t.Record);
                    isOffered = true;
                    isTraced = traceFile is not null && TryWrite(t, traceFile);
                },
                last =>
                {
                    int code;
                    using (files)
                    using (kept)
                    using (traceFile)
                        code = Finish(last);
                    Termination.Exit(code);
                }, interruption.Token);
            return Finish(record);

            int Finish(RunRecord record)
            {
                prompt?.End();
                kept.Add(record);
                if (traceFile is not null && !isOffered)
                    Terminal.Say($"--trace {traceFile.Path}: not written, since not all allocations are known; 'unknown' in the record says why");
                var saved = files.Complete(record);
                try
                {
                    kept.Draw(record);
                }
                finally
                {
                    // Even if it could not be saved.
                    if (isJson)
                        JsonOption.Print(parsed.InvocationConfiguration.Output, record);
                    else
                        Show(record, given ?? ChosenProfile.Installed(p => p.Hardware.DifferencesFrom(HardwareKey.Of(record)).Count == 0 || CardOverhead.IsOf(p, record.Device)));
                }
                if (folder is null)
                    written.ShowUnkept("record", "--out DIR keeps and draws it");
                else
                    written.Show(("record", Path.Combine(folder, ResultsFile.Name)), ("picture", RunPictures.PathOf(folder, record) + ".png"));
                if (isTraced)
                    written.Show(("trace file", parsed.GetValue(trace)!));
                written.Show([.. saved]);
                return interruption.Token.IsCancellationRequested ? ExitCode.Interrupted
                    // Events that were lost are no fault of the device.
                    : record is { Status: RunStatus.Failed, Events.Dropped: 0 } ? ExitCode.NoDevice
                    : files.IsFailed || (traceFile is not null && !isTraced) ? ExitCode.Failed
                    : ExitCode.Done;
            }
        });
        return command.WithExamples(
            "run",
            "run gpt2 --dtype bf16 --batch 4 --prompt 256 --new-tokens 128 --out results",
            "run gpt2-xl --device cuda:0 --out results",
            "run gpt2 --dtype fp32 --kv-dtype int8 --prompt 512",
            "run tiny --new-tokens 16 --trace trace.json",
            "run FOLDER --prompt-text 'Once upon a time' --stop",
            "run FOLDER --chat 'What is a KV cache?' --stop",
            "run gpt2-xl --device virtual:rtx-4090 --libtorch /usr/lib/python3/dist-packages/torch",
            "run --libtorch /usr/lib/python3/dist-packages/torch --json");
    }

    private static void Show(RunRecord record, ChosenProfile chosen)
    {
        Remarks.Show(chosen.Remarks);
        RunSummary.Show(record, chosen.Profile);
    }

    private static Option<long> Seed() => new("--seed")
    {
        Description = "Seed for the prompt, and for random weights",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return number;
            result.AddError($"bad --seed '{text}'; must be a 64-bit integer");
            return 0;
        },
    };

    private static RunRecord Measure(
        RunRequest request, ByteSize needed, HardwareProfile? profile, string deviceName, string? libtorch, bool allowBusy, ByteSize virtualContext,
        Action<RunTrace> onTrace, Action<RunRecord> onTermination, CancellationToken cancellation)
    {
        using var opened = OpenedDevice.Open(deviceName, libtorch, allowBusy, virtualContext);
        var (device, library) = (opened.Device, opened.Library);
        device.RequireAvailable(needed);
        if (profile is not null && device.Virtual is not null)
            CardOverhead.Require(profile, device.Facts);
        else
            profile?.RequireFits(device.Facts.Kind, device.Facts.Kind.Measured());
        using var progress = new RunProgressLine(device.Facts.Name, hasSpeed: device.Virtual is null);
        // The text that comes is the decode's progress.
        Action<RunProgress> show = request.Prompt is null ? progress.Show : now =>
        {
            if (now.Phase != Phase.Decode)
                progress.Show(now);
        };
        return MeasuredRun.Execute(request, device, library, show, cancellation, onTrace, onTermination);
    }

    private static OutputFile OpenTrace(string path)
    {
        try
        {
            return new(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--trace {path}: cannot write ({e.Message.TrimEnd('.')}); must be a file in a writable folder", e);
        }
    }

    private static bool TryWrite(RunTrace trace, OutputFile file)
    {
        try
        {
            TraceFile.Write(file, trace.Record.Device.Kind, trace.Record.Timeline, trace.Measured, trace.Predict, trace.Origin);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Say($"--trace {file.Path}: cannot write ({e.Message.TrimEnd('.')}); the run's record is unaffected");
            return false;
        }
    }
}
