using System.Globalization;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.VirtualEvidence.Calls;
using static TorchSharp.torch;

namespace LlmMemProfiler.VirtualEvidence.Operations;

/// <summary>
/// A table of what operations take and give back, seen elsewhere: each of one release and capability is run on a virtual GPU. Without
/// libtorch's cache each request is a call, and so its size is seen as it was asked for.
/// </summary>
internal static class SeenOperations
{
    private const int Capability = 1, Multiprocessors = 2, Name = 3, Output = 4, Events = 5;

    /// <summary>A line for each operation that differs or is left out, and the count of those that are equal.</summary>
    public static IEnumerable<string> Compare(string table, string capability, string libtorch)
    {
        ProcessEnvironment.Set("PYTORCH_NO_CUDA_MEMORY_CACHING", "1");
        var rows = File.ReadLines(table).Select(line => line.Split('\t')).Where(row => row.Length > Events && row[Capability] == capability).ToList();
        var card = string.Create(CultureInfo.InvariantCulture, $"virtual:sm_{capability.Replace(".", "", StringComparison.Ordinal)}:{rows[0][Multiprocessors]}:80GiB");
        using var opened = OpenedDevice.Open(card, libtorch, allowBusy: false, ByteSize.Zero);
        var release = opened.Library.Version;
        MemoryCalls.Record();
        using var inference = inference_mode();
        TakeWorkspaces();
        var equal = 0;
        foreach (var row in rows.Where(row => row[0] == release))
        {
            var (known, match) = KnownOperation.All.Select(o => (o, o.Name.Match(row[Name]))).FirstOrDefault(o => o.Item2.Success);
            var seen = known is null ? null : Seen(known.Prepare(match));
            if (seen is null)
                yield return $"left out: {row[Name]}";
            else if (seen.Value == (row[Events], row[Output]))
                equal++;
            else
                yield return $"differs: {row[Name]}: {seen.Value.Events} with a result of {seen.Value.Output}, in the table {row[Events]} with {row[Output]}";
        }
        yield return string.Create(CultureInfo.InvariantCulture, $"equal: {equal}");
    }

    /// <summary>cuBLAS's, and cuBLASLt's.</summary>
    private static void TakeWorkspaces()
    {
        using var scope = NewDisposeScope();
        var (x, bias) = (zeros([4, 64], ScalarType.Float16, CUDA), zeros([64], ScalarType.Float16, CUDA));
        var weight = zeros([64, 64], ScalarType.Float16, CUDA);
        _ = nn.functional.linear(x, weight);
        _ = nn.functional.linear(x, weight, bias);
    }

    private static (string Events, string Output)? Seen(Func<Tensor> operation)
    {
        using var scope = NewDisposeScope();
        var sizes = MemoryCalls.Sizes.Count;
        var result = operation();
        var seen = string.Join(' ', MemoryCalls.Sizes.Skip(sizes).Select(size => size.ToString("+0;-0", CultureInfo.InvariantCulture)));
        return (seen, (result.NumberOfElements * result.ElementSize).ToString(CultureInfo.InvariantCulture));
    }
}
