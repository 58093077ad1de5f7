namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Errors of predicted device totals against measured ones, in percent of the measured.</summary>
/// <param name="Count">Predictions compared.</param>
/// <param name="MeanPercent">Mean absolute error.</param>
/// <param name="MedianPercent">Median absolute error.</param>
/// <param name="MaximumPercent">Largest absolute error.</param>
/// <param name="SignedPercent">Mean error with its sign; below zero where predictions fall short.</param>
/// <param name="UnderShare">Share of predictions that fall short, from 0 to 1.</param>
/// <param name="LargestUnderPercent">By how much the worst of them falls short; 0 where none does.</param>
/// <param name="Coverage">Share of measured totals inside the predicted interval; null where there is none.</param>
public sealed record ErrorStatistics(
    int Count,
    double MeanPercent,
    double MedianPercent,
    double MaximumPercent,
    double SignedPercent,
    double UnderShare,
    double LargestUnderPercent,
    double? Coverage);
