using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Turns the pairs of a head by its position.</summary>
internal static class RotaryLoops
{
    public static double[] Turned(double[] row, int position, Rotary rotary, RotaryFrequencies frequencies)
    {
        double[] turned = [.. row];
        for (var pair = 0; pair < rotary.Width / 2; pair++)
        {
            var (first, second) = rotary.IsInterleaved ? (2 * pair, (2 * pair) + 1) : (pair, pair + (rotary.Width / 2));
            var angle = position * frequencies.Angles[pair];
            var (cosine, sine) = (Math.Cos(angle) * frequencies.Factor, Math.Sin(angle) * frequencies.Factor);
            turned[first] = (row[first] * cosine) - (row[second] * sine);
            turned[second] = (row[second] * cosine) + (row[first] * sine);
        }
        return turned;
    }
}
