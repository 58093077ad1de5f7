namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>Queries are multiplied by 1 + strength · log(1 + ⌊(position + 1) / every⌋), so that attention to far tokens stays sharp.</summary>
/// <param name="Every">Positions from one step to the next.</param>
/// <param name="Strength">Of the growth.</param>
/// <remarks>Nakanishi (2025), Scalable-Softmax; Meta (2025), Llama 4.</remarks>
public sealed record QueryTemperature(double Every, double Strength)
{
    /// <summary>True if the first step comes one position later: ⌊position / every⌋, as in Ministral 3.</summary>
    public bool IsFromZero { get; init; }
}
