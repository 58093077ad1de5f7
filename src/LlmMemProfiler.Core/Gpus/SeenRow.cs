using System.Globalization;
using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>What one source says of a card, in <c>profiles/gpus.json</c>.</summary>
/// <param name="Source">Who wrote it down.</param>
public sealed record SeenRow(string Source)
{
    /// <summary>Total memory, exactly.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("total_bytes")]
    public ByteSize? Exact { get; init; }

    /// <summary>Total memory as a program printed it, such as '24217 MiB'.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("total")]
    public string? Printed { get; init; }

    /// <summary>Why the total does not count; null if it does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LeftOut { get; init; }

    /// <summary>The driver's system; null if not told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HostSystem? System { get; init; }

    /// <summary>Whether ECC was on; null if not told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Ecc { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Multiprocessors { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("l2_bytes")]
    public ByteSize? L2 { get; init; }

    /// <summary>System, driver and settings, in words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? On { get; init; }

    /// <summary>The total, if there is one that counts.</summary>
    /// <param name="place">Named in errors.</param>
    /// <param name="granule">Drivers show multiples of it.</param>
    /// <exception cref="InputException">It is none that a driver shows.</exception>
    public SeenTotal? Total(string place, long granule)
    {
        if (LeftOut is not null || (Exact is null && Printed is null))
            return null;
        var source = On is null ? Source : $"{On}: {Source}";
        if (Exact is not { } total)
        {
            return SizeText.Read(Printed!) is { Bytes: > 0 } printed
                // No more than was printed, and no total that no driver shows.
                ? new(new(printed.Bytes - (printed.Bytes % granule)), StepOf(Printed!), System, Ecc, source) { On = On }
                : throw new InputException($"{place}: total is '{Printed}'; must be a size such as 24217 MiB");
        }
        return Printed is null && total.Bytes > 0 && total.Bytes % granule == 0
            ? new(total, 1, System, Ecc, source) { On = On }
            : throw new InputException(
                $"{place}: total_bytes is {total.Bytes.ToString(CultureInfo.InvariantCulture)}; must be a positive multiple of {granule}, and stand alone");
    }

    /// <summary>One of the last digit that was printed, in bytes.</summary>
    private static long StepOf(string printed)
    {
        var end = printed.AsSpan().LastIndexOfAnyInRange('0', '9');
        var point = printed.IndexOf('.', StringComparison.Ordinal);
        var unit = SizeText.Read($"1{printed[(end + 1)..]}")!.Value.Bytes;
        for (var digit = point < 0 ? end : point; digit < end; digit++)
            unit /= 10;
        return Math.Max(2, unit);
    }
}
