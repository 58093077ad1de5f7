using System.Globalization;
using LlmMemProfiler.Calibration.Accuracy;
using LlmMemProfiler.Calibration.Inputs;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Benchmarks;

/// <summary>Predicted and measured traces of sweeps, one a setting of libtorch's threads, as a Markdown table.</summary>
internal static class TraceTable
{
    public static void Print(IReadOnlyList<string> results)
    {
        var inputs = results.Select(path => CalibrationInput.ReadFiles([path], isSkipping: false)).ToList();
        var (device, host) = (inputs[0].Newest!.Device, inputs[0].Newest!.Host);
        Console.WriteLine($"{device.Name} ({device.Kind.Name()}, {device.Capability}), {host.Os}, libtorch {host.Libtorch}, TorchSharp {host.TorchSharp}, {host.Runtime}");
        Console.WriteLine();
        Console.WriteLine("| model | type | threads | points | tensors equal | all equal | events | as predicted | allocated peak off by |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        var whole = inputs.Select(input => (input.Newest!.Host.Threads, Traces: TraceValidations.Of(input.Traces))).ToList();
        foreach (var row in whole.SelectMany(w => w.Traces.Kinds, (w, kind) => Row(kind, w.Threads)).Concat(whole.Select(w => Row(w.Traces.Overall, w.Threads))))
            Console.WriteLine(row);
    }

    private static string Row(TraceAgreement a, int threads) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {a.Model ?? "all"} | {a.Dtype?.Name() ?? "all"} | {threads} | {a.Points:N0} | {a.TensorsEqual:N0} | {a.Equal:N0} | {a.Events:N0} | {a.EqualEvents:N0} | {a.AllocatedErrorPercent:0.###} % |");
}
