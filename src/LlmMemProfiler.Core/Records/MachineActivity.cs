using System.Globalization;

namespace LlmMemProfiler.Core.Records;

/// <summary>What else the machine did before, during and after a measurement.</summary>
/// <param name="Before">Up to the end of the warm-up.</param>
/// <param name="During">While the model was loaded and decoded.</param>
/// <param name="After">Until the record was complete.</param>
public sealed record MachineActivity(ActivityWindow Before, ActivityWindow During, ActivityWindow After)
{
    /// <summary>What kept the measurement from having the machine to itself, with its share; null if nothing did.</summary>
    public string? Disturbance
    {
        get
        {
            var found = During.Disturbances.ToList();
            return found.Count > 0 ? string.Join(", ", found) : null;
        }
    }
}

/// <summary>The machine over some time. Shares are of 1; null where the kernel does not say.</summary>
/// <param name="Seconds">How long.</param>
/// <param name="Load">Load average of the last minute, at the end.</param>
/// <param name="Others">Share of all processors' time that other processes took.</param>
/// <param name="Waited">
/// Share of the time for which the measuring thread could have run, and had no processor. Told, and no sign of others: on a quiet machine
/// of two processors libtorch's own threads kept it waiting for 1 to 29 % in 152 points.
/// </param>
/// <param name="Stolen">Share of all processors' time that a hypervisor gave to others.</param>
/// <param name="Throttled">Share of the time for which the control group was held back by its limit of processor time.</param>
/// <param name="MemoryStalled">Share of the time for which some process waited for memory (pressure stall information).</param>
public sealed record ActivityWindow(
    double Seconds, double? Load, double? Others, double? Waited, double? Stolen, double? Throttled, double? MemoryStalled)
{
    /// <summary>Below it, others are what every system does in the background.</summary>
    private const double MostOthers = 0.1;

    /// <summary>Of what was taken from the machine or the group as a whole; beyond it, times are wrong by about as much.</summary>
    private const double MostLost = 0.05;

    internal IEnumerable<string> Disturbances
    {
        get
        {
            if (Others > MostOthers)
                yield return $"other processes took {Percent(Others)} of the processors' time";
            if (Stolen > MostLost)
                yield return $"a hypervisor took {Percent(Stolen)} of the processors' time";
            if (Throttled > MostLost)
                yield return $"the control group's limit held it back for {Percent(Throttled)} of the time";
            if (MemoryStalled > MostLost)
                yield return $"processes waited for memory {Percent(MemoryStalled)} of the time";
        }
    }

    /// <summary>True if every share is one.</summary>
    internal bool IsValid =>
        Seconds >= 0 && !(Load < 0) && new[] { Others, Waited, Stolen, Throttled, MemoryStalled }.All(share => share is null or (>= 0 and <= 1));

    private static string Percent(double? share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0} %");
}
