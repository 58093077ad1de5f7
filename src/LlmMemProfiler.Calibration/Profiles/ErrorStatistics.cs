namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Errors of predicted device totals against measured ones, in percent of the measured total.</summary>
/// <param name="Count">Predictions compared.</param>
/// <param name="MeanPercent">Mean absolute error.</param>
/// <param name="MedianPercent">Median absolute error.</param>
/// <param name="MaximumPercent">Largest absolute error.</param>
/// <param name="SignedPercent">Mean signed error; negative if predictions are too low.</param>
/// <param name="UnderShare">Fraction of predictions that are too low.</param>
/// <param name="LargestUnderPercent">The largest underestimate; 0 if there is none.</param>
/// <param name="Coverage">Fraction of measured totals inside the predicted interval; null if there is no interval.</param>
public sealed record ErrorStatistics(
    int Count,
    double MeanPercent,
    double MedianPercent,
    double MaximumPercent,
    double SignedPercent,
    double UnderShare,
    double LargestUnderPercent,
    double? Coverage);
