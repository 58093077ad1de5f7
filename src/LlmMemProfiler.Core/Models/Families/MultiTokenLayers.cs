using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Layers that predict tokens after the next one. Checkpoints hold them; decoding does without, and they are not counted.</summary>
/// <remarks>Gloeckle et al. (2024), Better and Faster Large Language Models via Multi-token Prediction.</remarks>
internal static class MultiTokenLayers
{
    /// <summary>What is left out, for <see cref="ModelSpec.LeftOut"/>.</summary>
    /// <param name="config">The config.</param>
    /// <param name="field">The number of such layers.</param>
    public static Sequence<string> LeftOut(ModelConfig config, string field) =>
        config.Number(field) is > 0 and var layers ? [$"{field} {layers} (multi-token prediction)"] : [];
}
