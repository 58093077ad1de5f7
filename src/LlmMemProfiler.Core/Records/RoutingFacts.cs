using System.Globalization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>How many rows the router of a run sent to each expert.</summary>
/// <param name="Loads">Pass, layer, and rows of each expert that has any: 'decode 3, layer 1: 0×2 5×1'.</param>
/// <param name="IsComplete">False if the run was too long to list all of it.</param>
public sealed record RoutingFacts(IReadOnlyList<string> Loads, bool IsComplete)
{
    private const int MostLines = 4_096, MostCharacters = 1 << 16;

    /// <summary>Null if there are no experts.</summary>
    public static RoutingFacts? Of(RecordedLoads loads)
    {
        var (lines, characters) = (new List<string>(), 0);
        foreach (var (phase, step, layer, rows) in loads.All)
        {
            var line = string.Create(
                CultureInfo.InvariantCulture, $"{phase.Name()} {step}, layer {layer}: {string.Join(' ', rows.Select(load => $"{load.Expert}×{load.Rows}"))}");
            characters += line.Length;
            if (lines.Count == MostLines || characters > MostCharacters)
                return new(lines, IsComplete: false);
            lines.Add(line);
        }
        return lines.Count == 0 ? null : new(lines, loads.IsComplete);
    }
}
