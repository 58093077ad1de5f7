using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>Signs, sums and the order of levels in what was measured.</summary>
internal static class MeasuredCheck
{
    /// <summary>Differences of readings, between which other memory may be given back; and the runtime commits more than it makes resident.</summary>
    private static readonly Part[] Signed = [Part.Context, Part.Modules, Part.Residual];

    /// <summary>Contradictions, the first one first.</summary>
    public static IEnumerable<string> Of(RunRecord r) => [.. Signs(r), .. Order(r), .. Sums(r.Measured), .. Times(r)];

    /// <summary>A part that no run can have less than nothing of; null if there is none.</summary>
    public static string? Negative(string what, MemoryAccount account) =>
        account.Known.FirstOrDefault(p => p.Size.Bytes < 0 && !Signed.Contains(p.Part)) is { Size.Bytes: < 0 } part
            ? $"{what} has {part.Size.ToExactString()} of {part.Part.Name()}; must be 0 or more"
            : null;

    /// <summary>True if both are known, and out of order.</summary>
    public static bool IsAbove(ByteSize? lower, ByteSize? upper) => lower > upper;

    private static IEnumerable<string> Signs(RunRecord r)
    {
        var m = r.Measured;
        if (new[] { m.TensorPeak, m.AllocatedPeak, m.ReservedPeak, m.DevicePeak, m.File, r.Device.Total }.Any(size => size is { Bytes: < 0 }))
            yield return "a measured peak is negative; must be 0 or more";
        if (r.Cuda?.Levels.Any(l => l.Reserved is { Bytes: < 0 }) == true || r.OutOfMemory is { Requested.Bytes: < 0 } or { Allocated.Bytes: < 0 } or { Reserved.Bytes: < 0 })
            yield return "a level of the GPU or of the failed allocation is negative; must be 0 or more";
        if ((Negative("measured.parts", m.Parts) ?? Negative("measured.tensor_parts", m.TensorParts)) is { } negative)
            yield return negative;
    }

    private static IEnumerable<string> Order(RunRecord r)
    {
        var m = r.Measured;
        if (IsAbove(m.TensorPeak, m.AllocatedPeak) || IsAbove(m.AllocatedPeak, m.ReservedPeak) || IsAbove(m.TensorPeak, m.ReservedPeak))
            yield return "the measured peaks are out of order; must be tensor ≤ allocated ≤ reserved";
        // On a CPU, memory that nobody wrote is not resident. Others' use of a GPU is subtracted, and a failed run's peak may fall between two samples.
        if (r is { Device.Kind: DeviceKind.Cuda, Status: RunStatus.Ok, Cuda.Others: null } && IsAbove(m.ReservedPeak ?? m.AllocatedPeak ?? m.TensorPeak, m.DevicePeak))
            yield return "the reserved peak is above the device peak; must be at most that on cuda";
        foreach (var p in m.Phases)
        {
            if (IsAbove(p.TensorPeak, p.AllocatedPeak) || IsAbove(p.AllocatedEnd, p.AllocatedPeak))
                yield return $"the levels of phase {p.Phase.Name()} are out of order; must be tensor, and the end, ≤ the allocated peak";
            if (IsAbove(p.TensorPeak, m.TensorPeak) || IsAbove(p.AllocatedPeak, m.AllocatedPeak) || IsAbove(p.DeviceEnd, m.DevicePeak))
                yield return $"a level of phase {p.Phase.Name()} is above the whole run's; must be at most its peak";
            if (new[] { p.TensorPeak, p.AllocatedPeak, p.AllocatedEnd }.Any(size => size is { Bytes: < 0 }))
                yield return $"a level of phase {p.Phase.Name()} is negative; must be 0 or more";
        }
        if (r.Status == RunStatus.Ok && r.Device.Kind == DeviceKind.Cpu && m.Phases.Count > 0
            && (IsAbove(m.TensorPeak, m.Phases.Max(p => p.TensorPeak)) || IsAbove(m.AllocatedPeak, m.Phases.Max(p => p.AllocatedPeak))))
            yield return "a measured peak is in no phase; must be the highest of its phases";
    }

    private static IEnumerable<string> Sums(Measured m)
    {
        var owners = Sum(m.Parts, Parts.All.Take(Parts.Owners));
        if (m.TensorPeak is null && m.TensorParts.Known.Any())
            yield return "measured.tensor_parts are known, and tensor_peak_bytes is not; must both be, or neither";
        if (m.TensorParts.Known.Any() && m.TensorPeak is { } tensors && m.TensorParts.Total != tensors)
            yield return $"measured.tensor_parts add up to {m.TensorParts.Total.ToExactString()}; must be the tensor peak, {tensors.ToExactString()}";
        if (owners is { } sum && m.AllocatedPeak is { } allocated && sum != allocated)
            yield return $"the owners of measured.parts add up to {sum.ToExactString()}; must be the allocated peak, {allocated.ToExactString()}";
        if (m is { ReservedPeak: { } reserved, AllocatedPeak: { } live } && m.Parts[Part.Slack] is { } slack && slack != reserved - live)
            yield return $"slack is {slack.ToExactString()}; must be the reserved peak minus the allocated peak, {(reserved - live).ToExactString()}";
        if (m.DevicePeak is { } peak && m.Parts.Known.Any() && m.Parts.Total != peak)
            yield return $"measured.parts add up to {m.Parts.Total.ToExactString()}; must be the device peak, {peak.ToExactString()}";
    }

    /// <summary>Rates are read after the phase that they are of, however busy the machine is in between: they are never faster.</summary>
    private static IEnumerable<string> Times(RunRecord r)
    {
        const double Rounding = 1e-6;
        var (t, phases) = (r.Timing, r.Measured.Phases);
        if (phases.Any(p => !((p.Seconds ?? 0) >= 0) || p.Steps < 1 || (p.Seconds is null && r.Device.Kind != DeviceKind.Virtual)) || t is { LoadSeconds: < 0 } or { PrefillSeconds: < 0 } or { DecodeTokensPerSecond: < 0 })
            yield return "a time or a number of steps is negative; must be 0 or more seconds, and a step";
        if (phases.Zip(phases.Skip(1)).Any(pair => pair.First.Phase >= pair.Second.Phase))
            yield return "the phases are out of order; must be load, prefill, decode, each once";
        if (phases.FirstOrDefault(p => p.Phase == Phase.Load) is { } load && t.LoadSeconds is { } loaded && loaded != load.Seconds)
            yield return $"load_seconds is {loaded}; must be the load phase's, {load.Seconds}";
        if (phases.FirstOrDefault(p => p.Phase == Phase.Prefill) is { } prefill && t.PrefillSeconds < prefill.Seconds - Rounding)
            yield return $"prefill_seconds is {t.PrefillSeconds}; must be at least the prefill phase's, {prefill.Seconds}";
        if (phases.FirstOrDefault(p => p.Phase == Phase.Decode) is { } decode
            && t.DecodeTokensPerSecond * (decode.Seconds - Rounding) > (double)decode.Steps * r.Workload.Batch * (1 + Rounding))
            yield return $"decode_tokens_per_second is {t.DecodeTokensPerSecond}; must be at most the decode phase's tokens over its {decode.Seconds} s";
    }

    private static ByteSize? Sum(MemoryAccount account, IEnumerable<Part> parts)
    {
        var known = parts.Select(p => account[p]).OfType<ByteSize>().ToList();
        return known.Count == 0 ? null : known.Aggregate((a, b) => a + b);
    }
}
