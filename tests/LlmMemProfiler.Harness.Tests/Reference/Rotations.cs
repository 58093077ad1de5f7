using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>
/// Turns heads as a decoder with a cache does: the prompt in one pass, then each token in a pass of its own. Frequencies that depend on the
/// length of the sequence are those of the pass; keys stay as their own pass has turned them.
/// </summary>
/// <param name="positions">The longest sequence of the model.</param>
/// <param name="prompt">Tokens of the first pass.</param>
internal sealed class Rotations(int positions, int prompt)
{
    private readonly Dictionary<(Rotary Rotary, int Length), RotaryFrequencies> kept = [];

    /// <param name="rows">One head at every position, [positions][head_dim].</param>
    /// <param name="rotary">How it is turned.</param>
    public double[][] Turned(double[][] rows, Rotary rotary) =>
        [.. rows.Select((row, position) => RotaryLoops.Turned(row, position, rotary, Of(rotary, Math.Max(prompt, position + 1))))];

    private RotaryFrequencies Of(Rotary rotary, int length)
    {
        if (!kept.TryGetValue((rotary, length), out var frequencies))
            kept.Add((rotary, length), frequencies = RotaryFrequencies.Of(rotary, positions, length, prompt));
        return frequencies;
    }
}
