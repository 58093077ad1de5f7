using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>A profile among others: what it is of, its constants, and how good it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Installed">True if 'llmmem calibrate' installed it; false for a built-in one.</param>
/// <param name="Here">True if it is of this machine.</param>
/// <param name="Hardware">What it is of.</param>
/// <param name="Context">The bare runtime, or the CUDA context.</param>
/// <param name="LeastModules">Modules of the type and kernel that need the least.</param>
/// <param name="MostModules">Modules of the type and kernel that need the most.</param>
/// <param name="Overhead">The guide's constant.</param>
/// <param name="MedianPercent">Median error of the simulated device total on held-out points.</param>
/// <param name="Interval">What its interval promises and kept.</param>
/// <param name="Newest">When its newest record was measured.</param>
public sealed record ProfileRow(
    string Name,
    bool Installed,
    bool Here,
    HardwareKey Hardware,
    [property: JsonPropertyName("context_bytes")] ByteSize Context,
    [property: JsonPropertyName("least_modules_bytes")] ByteSize LeastModules,
    [property: JsonPropertyName("most_modules_bytes")] ByteSize MostModules,
    [property: JsonPropertyName("overhead_bytes")] ByteSize Overhead,
    double? MedianPercent,
    IntervalFacts? Interval,
    DateTimeOffset Newest)
{
    public static ProfileRow Of(HardwareProfile p, bool isInstalled, bool isHere)
    {
        var modules = p.Modules.Select(m => m.Constant.Value).DefaultIfEmpty(ByteSize.Zero).Order().ToList();
        var simulated = p.Estimators.FirstOrDefault(e => e.Estimator == SimulatedEstimator.Name);
        return new(
            p.Name, isInstalled, isHere, p.Hardware, p.Context.Value, modules[0], modules[^1], p.Overhead.Value, simulated?.After.MedianPercent,
            simulated?.Interval, p.Evidence.Newest);
    }
}

/// <summary>Output of <c>llmmem profiles --json</c>.</summary>
/// <param name="Schema">Schema version.</param>
/// <param name="Folder">Where installed profiles are.</param>
/// <param name="Profiles">Installed ones first, newest first.</param>
public sealed record ProfilesRecord(int Schema, string Folder, IReadOnlyList<ProfileRow> Profiles)
{
    public const int CurrentSchema = 1;
}
