using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>A run's progress.</summary>
/// <param name="Phase">The current phase.</param>
/// <param name="Done">Bytes loaded, or tokens processed.</param>
/// <param name="Total">Bytes to load, or tokens to process.</param>
/// <param name="Seconds">Seconds since the phase began.</param>
public readonly record struct RunProgress(Phase Phase, long Done, long Total, double Seconds)
{
    /// <summary>The phases so far, the current one up to its last step.</summary>
    public IReadOnlyList<PhaseFacts> Phases { get; init; } = [];

    /// <summary>For example '312.50 MiB/s' or '28.1 tokens/s'; empty at the beginning.</summary>
    public string Speed
    {
        get
        {
            if (Seconds <= 0 || Done == 0)
                return "";
            var perSecond = Done / Seconds;
            return Phase == Phase.Load
                ? new ByteSize((long)perSecond) + "/s"
                : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{perSecond:F1} tokens/s");
        }
    }
}
