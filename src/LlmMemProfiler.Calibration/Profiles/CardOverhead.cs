using System.Text.RegularExpressions;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Core.Overheads;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>
/// What a card takes beside what libtorch reserves. A virtual GPU tells nothing of it, so it comes from a hardware profile of that card, or
/// from what others measured of it.
/// </summary>
/// <param name="Parts">Context and modules, from a profile with its residual; of a range the middle.</param>
/// <param name="Low">The least.</param>
/// <param name="High">The most; null if a part of it is unknown.</param>
/// <param name="Source">What and whose it is: 'context, modules and residual of profile h100', or 'context 0.41 to 0.60 GiB (4 sources, H100), from others' figures'.</param>
public sealed partial record CardOverhead(MemoryAccount Parts, ByteSize Low, ByteSize? High, string Source)
{
    /// <param name="record">A record.</param>
    /// <param name="profile">A profile; counts only where it is of the card.</param>
    /// <returns>Null if neither knows the card, and for a record with a device total of its own.</returns>
    public static CardOverhead? Of(RunRecord record, HardwareProfile? profile) =>
        record.Cuda?.Virtual is not { } made ? null
        : profile is not null && IsOf(profile, record.Device) ? OfProfile(profile, record)
        : GpuModels.Find(Count().Replace(made.Gpu, "").Split(':')[0]) is { } gpu ? OfAtlas(GpuOverhead.Of(gpu, record.Host.Environment.GetValueOrDefault))
        : null;

    /// <summary>True if a profile was fitted on such a card: its kernels and its context depend on nothing that a virtual GPU lacks.</summary>
    public static bool IsOf(HardwareProfile profile, DeviceFacts device) =>
        device.Kind == DeviceKind.Virtual && profile.Hardware.Kind == DeviceKind.Cuda && profile.Hardware.Name == device.Name;

    /// <exception cref="InputException">The profile is of something else.</exception>
    public static void Require(HardwareProfile profile, DeviceFacts device)
    {
        if (!IsOf(profile, device))
            throw new InputException($"profile {profile.Name} was calibrated on {profile.Hardware.Name} ({profile.Hardware.Kind.Name()}), which is no {device.Name}; pass a profile of that card, or none");
    }

    /// <summary>The device total with it, as a text: '1.15 GiB to 1.34 GiB'.</summary>
    /// <param name="reserved">What libtorch reserves.</param>
    public string TotalWith(ByteSize reserved) =>
        High is not { } high ? $"at least {reserved + Low}" : high == Low ? $"{reserved + Low}" : $"{reserved + Low} to {reserved + high}";

    private static CardOverhead OfProfile(HardwareProfile profile, RunRecord record)
    {
        var parts = profile.Beside(record.Model, record.Workload);
        return new(parts, parts.Total, parts.Total, $"context, modules and residual of profile {profile.Name}");
    }

    private static CardOverhead? OfAtlas(GpuOverhead overhead)
    {
        if (overhead.Ranges.Count == 0)
            return null;
        var (low, high) = (Sum(range => range.Low), Sum(range => range.High));
        return new(overhead.Middle, low, overhead.IsWhole ? high : null, $"{string.Join(", ", overhead.Ranges)}, from others' figures (profiles/overheads.tsv)");

        ByteSize Sum(Func<OverheadRange, ByteSize> bound) => overhead.Ranges.Select(bound).Aggregate(ByteSize.Zero, (sum, size) => sum + size);
    }

    /// <summary>What stands before the card in '2xh100:80GiB'.</summary>
    [GeneratedRegex("^[0-9]+x")]
    private static partial Regex Count();
}
