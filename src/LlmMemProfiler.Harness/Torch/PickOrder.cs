using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Torch;

/// <summary>Sorts a router's picks by expert, on the host: what an expert reads decides how large its tensors are.</summary>
internal static class PickOrder
{
    /// <summary>Writes the numbers of the rows in the order of their experts, and their places among the picks.</summary>
    /// <param name="picks">[n, k].</param>
    /// <param name="experts">Number of experts.</param>
    /// <param name="order">[2, n·k], INT64.</param>
    /// <returns>Rows of each expert.</returns>
    public static IReadOnlyList<long> Write(Tensor picks, int experts, Tensor order)
    {
        if (order.device_type == TorchSharp.DeviceType.CPU)
            return Write(Elements(picks), (int)picks.size(1), experts, Elements(order));
        using var read = picks.cpu();
        using var written = empty(order.shape, ScalarType.Int64);
        var counts = Write(Elements(read), (int)picks.size(1), experts, Elements(written));
        _ = order.copy_(written);
        return counts;
    }

    private static long[] Write(ReadOnlySpan<long> picks, int picked, int experts, Span<long> order)
    {
        var counts = new long[experts];
        foreach (var expert in picks)
            counts[expert]++;
        var next = new long[experts];
        for (var expert = 1; expert < experts; expert++)
            next[expert] = next[expert - 1] + counts[expert - 1];
        for (var place = 0; place < picks.Length; place++)
        {
            var at = (int)next[picks[place]]++;
            order[at] = place / picked;
            order[picks.Length + at] = place;
        }
        return counts;
    }

    private static Span<long> Elements(Tensor contiguous) => MemoryMarshal.Cast<byte, long>(contiguous.bytes);
}
