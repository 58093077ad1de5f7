using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>Rotations that the <see cref="Transformer{TTensor}"/> does not execute.</summary>
internal static class UnexecutedRotation
{
    /// <summary>
    /// Scalings that <see cref="RotaryFrequencies"/> knows. 'mrope' has three positions for a token of a picture; those of a text are all
    /// the same, so it is rotated as without one.
    /// </summary>
    private static readonly string[] Scalings = ["default", "mrope", "linear", "dynamic", "qwen_dynamic_ntk", "proportional", "llama3", "yarn", "longrope"];

    /// <summary>What of it is not executed, as a noun; null if all is.</summary>
    public static string? In(Rotary? rotary) => rotary is { Width: var width } && (width < 2 || width % 2 != 0)
        ? $"rotations of {width} elements, which are no pairs"
        : rotary?.Scaling switch
        {
            null => null,
            { Kind: "prompt_and_answer" } => "rotations by two positions, in the prompt and in the answer",
            { } scaling => Scalings.Contains(scaling.Kind) ? null : $"rotary positions scaled by '{ForeignText.Plain(scaling.Kind)}'",
        };
}
