using LlmMemProfiler.Core.Estimation;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>An estimate of the device total, made with a profile.</summary>
/// <param name="Estimate">The estimate; its total is the device's, its low and high are the 95 % interval.</param>
/// <param name="Warnings">Where the profile was applied beyond what it was calibrated for, a line each.</param>
public sealed record ProfiledEstimate(MemoryEstimate Estimate, IReadOnlyList<string> Warnings);
