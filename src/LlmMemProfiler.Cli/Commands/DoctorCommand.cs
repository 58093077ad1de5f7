using System.CommandLine;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device;
using LlmMemProfiler.Harness.Checks;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem doctor</c>: what was found on this machine, and whether it works.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var libtorch = SharedOptions.LibTorch();
        var describe = new Option<bool>("--describe") { Description = "Print the rows of the GPUs for profiles/gpus.json, ready to be sent in; needs the driver only" };
        var device = new Option<string?>("--device")
        {
            Description = "A GPU that is not there, such as virtual:h100, to examine instead of what is [default: all that is there]",
            HelpName = "virtual:NAME",
        };
        var json = JsonOption.Create();
        var command = new Command("doctor", "Show libtorch, driver, and GPUs, and test that allocations are observed and every operation works")
        {
            libtorch,
            device,
            describe,
            json,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(describe))
            {
                Describe(GpuDescription.All(), parsed.GetValue(json), parsed.InvocationConfiguration.Output);
                return ExitCode.Done;
            }
            var gpu = parsed.GetValue(device) is { } name ? Virtual(name) : null;
            var diagnosis = Doctor.Examine(parsed.GetValue(libtorch), gpu);
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, diagnosis);
            else
                Show(diagnosis, DoctorVerdict.Of(diagnosis, parsed.GetValue(libtorch), gpu?.ToString()));
            return diagnosis.CanRun ? ExitCode.Done : ExitCode.NoDevice;
        });
        return command.WithExamples("doctor", "doctor --libtorch ~/venv/lib/python3.12/site-packages/torch", "doctor --json", "doctor --describe", "doctor --device virtual:h100");
    }

    /// <exception cref="InputException">It is no virtual GPU.</exception>
    private static DeviceChoice Virtual(string name) => DeviceChoice.Parse(name) is { Virtual: not null } choice
        ? choice
        : throw new InputException($"--device {name}: all devices that are there are examined together; must be a GPU that is not there, such as virtual:h100, or left out");

    private static void Describe(IReadOnlyList<GpuDescription> gpus, bool isJson, TextWriter output)
    {
        // Cards of one kind have one row.
        var cards = gpus.Select(gpu => gpu.Card).OfType<GpuRow>().DistinctBy(card => (card.Name, card.Seen[0].Exact)).ToList();
        var slices = gpus.Select(gpu => gpu.Slice).OfType<SliceRow>().DistinctBy(slice => (slice.Cards[0], slice.Name, slice.Seen[0].Exact)).ToList();
        if (isJson)
            JsonOption.Print(output, new GpuRows(cards, slices));
        cards.ForEach(card => PrintUnlessJson(card));
        slices.ForEach(slice => PrintUnlessJson(slice));
        Remarks.Show(gpus.Select(Remark));

        void PrintUnlessJson<T>(T row)
        {
            if (!isJson)
                JsonOption.Print(output, row);
        }
    }

    private static string Remark(GpuDescription gpu) => gpu.Known is not { } known
        ? $"{gpu.Device} is not in profiles/gpus.json; please send its row in"
        : gpu.Differences().ToArray() is { Length: > 0 } differences
        ? $"{gpu.Device} differs from {known.Name} in profiles/gpus.json, {known.Title}: {string.Join(", ", differences)}; please send its row in"
        : $"{gpu.Device} is {known.Name} in profiles/gpus.json, seen with {(known.Capacity.Ranges is { Count: > 0 } ranges ? string.Join(", ", ranges) : "no total yet")}";

    private static void Show(DoctorRecord diagnosis, string verdict)
    {
        Terminal.Out.Write(Findings(diagnosis));
        // A command that is wrapped cannot be copied.
        Terminal.Out.WriteWhole(verdict);
    }

    internal static ConsoleTable Findings(DoctorRecord diagnosis)
    {
        var table = new ConsoleTable { ShowHeads = false }.Label("what").Label("").Label("found");
        foreach (var finding in diagnosis.Findings)
            table.Row(finding.What, Mark(finding.State), finding.Found);
        return table;
    }

    private static string Mark(FindingState state) => state switch
    {
        FindingState.Good => "ok",
        FindingState.Absent => "–",
        _ => "FAILED",
    };
}
