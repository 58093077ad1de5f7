using System.Globalization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness.Runs;

namespace LlmMemProfiler.Benchmarks;

/// <summary>Predicted and measured tensor peaks on the CPU, over models, types and batches, as a Markdown table.</summary>
internal static class AccuracyTable
{
    public static void Print(IReadOnlyList<string> models)
    {
        var library = LibTorchLibrary.Load();
        using var device = ComputeDevice.Find("cpu", library);
        Console.WriteLine($"libtorch {library.Version}, {library.CpuCapability}, {library.Threads} threads; prompt 33, 8 new tokens");
        Console.WriteLine("| model | dtype | batch | measured tensor peak, B | guide | analytic | simulated | scratch over it, B |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var model in models)
        {
            foreach (var type in DataTypes.OfWeights.Values)
            {
                foreach (var batch in (int[])[1, 2, 3, 4])
                    Console.WriteLine(Row(Measure(model, type, batch)));
            }
        }

        RunRecord Measure(string model, DataType type, int batch)
        {
            var workload = new Workload { Type = type, Batch = batch, Prompt = 33, NewTokens = 8 };
            return MeasuredRun.Execute(new(ModelPresets.Find(model), workload, Seed: 1), device, library, _ => { }, CancellationToken.None);
        }
    }

    private static string Row(RunRecord record)
    {
        var measured = record.Measured.TensorPeak!.Value.Bytes;
        var errors = record.Estimates.Select(e => Error(e.TensorPeak!.Value.Bytes - measured, measured));
        var scratch = record.Measured.AllocatedPeak!.Value.Bytes - measured;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {record.Model.Name} | {record.Workload.Dtype.Name()} | {record.Workload.Batch} | {measured:N0} | {string.Join(" | ", errors)} | {scratch:N0} |");
    }

    private static string Error(long difference, long measured) =>
        difference == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * difference / measured:+0.000;-0.000} %");
}
