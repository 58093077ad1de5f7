using System.Globalization;
using System.Text.RegularExpressions;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device;

/// <summary>GPUs that are not there, as named by the user: 'h100', '2xh100', 'rtx-4090:20GiB' or 'sm_120:46:12GiB'.</summary>
/// <param name="Gpu">The card.</param>
/// <param name="Count">How many the machine has; the first one is used.</param>
/// <param name="Total">Memory of each.</param>
public sealed partial record VirtualGpus(GpuModel Gpu, int Count, ByteSize Total)
{
    private const int Most = 16;

    /// <summary>Less and more than any card has.</summary>
    private static readonly ByteSize LeastTotal = new(ByteSize.MiB), MostTotal = new(ByteSize.TiB);

    /// <exception cref="InputException">There is no such card, number or size.</exception>
    public static VirtualGpus Parse(string text)
    {
        var (count, name) = Counted().Match(text) is { Success: true } match ? (match.Groups[1].Value, match.Groups[2].Value) : ("1", text);
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > Most)
            throw new InputException($"{count} virtual GPUs; must be from 1 to {Most}, such as 2xh100");
        if (name.Length == 0)
            throw new InputException("no card is named; must be one such as h100, rtx-4090:20GiB or sm_120:46:12GiB");
        // A card by hand has its memory in its name.
        var isByHand = name.StartsWith("sm_", StringComparison.OrdinalIgnoreCase);
        if (!isByHand && name.Split(':').Length > 2)
            throw new InputException($"'{name}' has more than a card and its memory; must be such as rtx-4090:20GiB");
        var (card, size) = isByHand || name.Split(':') is not [var first, var second] ? (name, null) : (first, second);
        var gpu = Targets.GpuOf(card) ?? throw new InputException($"'{card}' is no GPU; must be a card such as h100");
        var total = size is null ? gpu.Total : SizeText.Read(size);
        if (size is not null && total is null)
            throw new InputException($"capacity is '{size}'; must be a size from {LeastTotal} to {MostTotal}, such as 20GiB");
        return total switch
        {
            { } known when known >= LeastTotal && known <= MostTotal => new(gpu, number, known),
            null => throw new InputException($"nobody has seen the memory of {gpu.Name}; must be given, such as {gpu.Name}:16GiB"),
            _ => throw new InputException($"capacity is {total}; must be from {LeastTotal} to {MostTotal}, such as 20GiB"),
        };
    }

    /// <summary>What <see cref="Parse"/> reads, with the card's name as the table has it.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Count > 1 ? $"{Count}x" : "")}{Gpu.Name}{(Total == Gpu.Total ? "" : $":{Total.Bytes}B")}");

    [GeneratedRegex("^([0-9]+)x(.*)\\z", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Counted();
}
