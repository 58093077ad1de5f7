using System.CommandLine;
using System.Globalization;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem run</c>: the main job. Builds the model, decodes, sees every allocation, compares.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var arguments = new ModelArguments();
        var device = SharedOptions.Device();
        var libtorch = SharedOptions.LibTorch();
        var json = JsonOption.Create();
        var seed = Seed();
        var output = new Option<string?>("--out") { Description = "Folder that gets the record (results.jsonl) and the plot (PNG and SVG)", HelpName = "DIR" };
        var command = new Command("run", "Measure the memory of a real model that really decodes, and compare it with the predictions");
        arguments.AddTo(command);
        foreach (var option in (Option[])[device, output, seed, libtorch, json])
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var (model, workload) = arguments.Read(parsed);
            var request = new RunRequest(model, workload, parsed.GetValue(seed));
            using var interruption = new Interruption();
            var record = Measure(request, parsed.GetRequiredValue(device), parsed.GetValue(libtorch), parsed.GetValue(output), interruption.Token);
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, record);
            else
                RunSummary.Show(record);
            return interruption.Token.IsCancellationRequested ? ExitCode.Interrupted : ExitCode.Done;
        });
        return command.WithExamples(
            "run",
            "run gpt2 --dtype bf16 --batch 4 --prompt 256 --new-tokens 128 --out results",
            "run gpt2-xl --device cuda:0 --out results",
            "run --libtorch /usr/lib/python3/dist-packages/torch --json");
    }

    private static Option<long> Seed() => new("--seed")
    {
        Description = "Seed of weights and prompt",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return number;
            result.AddError($"--seed is '{text}'; a whole number of 64 bits is needed");
            return 0;
        },
    };

    private static RunRecord Measure(RunRequest request, string deviceName, string? libtorch, string? folder, CancellationToken cancellation)
    {
        // Before the long work: a model too large, and a folder that cannot be written.
        var estimates = Estimators.All(request.Model, request.Workload);
        using var results = folder is null ? null : ResultsFile.OpenForAppend(folder);
        var library = LibTorchLibrary.Load(libtorch);
        using var device = ComputeDevice.Find(deviceName, library);
        device.RequireRoomFor(estimates.Max(e => e.Parts.Total));

        RunRecord record;
        using (var progress = new RunProgressLine(device.Facts.Name))
            record = MeasuredRun.Execute(request, device, library, progress.Show, cancellation);
        if (results is not null)
        {
            ResultsFile.Append(results, record);
            RunPictures.Write(folder!, record);
        }
        return record;
    }
}
