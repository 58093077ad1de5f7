using System.Globalization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>A GPU in three numbers, 'sm_120:46:12GiB': capability, multiprocessors and capacity; all else follows from the capability.</summary>
internal static class GpuByHand
{
    public const string Example = "sm_120:46:12GiB";

    private const string Prefix = "sm_";

    /// <summary>Less and more than any card has.</summary>
    private static readonly ByteSize Least = new(ByteSize.MiB), Most = new(ByteSize.TiB);

    public static bool IsMeantBy(string text) => text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="InputException">A number is missing or out of range, or nothing is known of the capability.</exception>
    public static GpuModel Read(string text)
    {
        if (text.Split(':') is not [var code, var count, var size])
            throw new InputException($"bad target '{text}'; must be capability, multiprocessors and capacity, such as {Example}");
        var known = GpuModels.Capabilities.Where(c => c.Code.Equals(code, StringComparison.OrdinalIgnoreCase)).ToList();
        if (known is not [var capability])
            throw new InputException($"bad target '{text}': nothing is known of {code}; {NearNames.Hint(code, "capabilities", [.. GpuModels.Capabilities.Select(c => c.Code)])}");
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var multiprocessors) || multiprocessors is < 1 or > GpuTable.MostMultiprocessors)
            throw new InputException($"bad target '{text}': '{count}' multiprocessors; must be from 1 to {GpuTable.MostMultiprocessors}");
        return SizeText.Read(size) is { } total && total >= Least && total <= Most
            ? GpuModel.Of($"{capability.Code}:{multiprocessors}:{size}", capability, multiprocessors, GpuCapacity.Of(total, "given by hand"))
            : throw new InputException($"bad target '{text}': capacity is '{size}'; must be a size from {Least} to {Most}, such as 12GiB");
    }
}
