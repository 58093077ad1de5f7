namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>
/// A gate with bounds: gate' = min(gate, limit), up' = up within ±limit; gate' · sigmoid(slope · gate') · (up' + 1).
/// </summary>
/// <param name="Limit">The bound.</param>
/// <param name="Slope">In the sigmoid.</param>
/// <remarks>OpenAI (2025), gpt-oss.</remarks>
public sealed record GateClamp(double Limit, double Slope);
