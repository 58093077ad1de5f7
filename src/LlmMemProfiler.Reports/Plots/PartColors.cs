using LlmMemProfiler.Core.Accounts;
using ScottPlot;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>
/// One color per part, the same in every plot. Neighbors in a stack differ by at least 20 in lightness (CIE L*), so they can be
/// told apart in grayscale and by color-blind readers.
/// </summary>
public static class PartColors
{
    public static Color Of(Part part) => Color.FromHex(part switch
    {
        Part.Weights => "#2F5578",
        Part.KvCache => "#F7D06B",
        Part.Activations => "#C9513F",
        Part.Logits => "#86CDBC",
        Part.Inputs => "#3B2A52",
        Part.Workspace => "#B296C7",
        Part.Rounding => "#66702E",
        Part.Slack => "#D5DBA6",
        Part.Context => "#55626B",
        Part.Modules => "#AEBBC3",
        Part.Profiler => "#3A2A1A",
        Part.Overhead => "#7D5A3C",
        Part.Residual => "#E4E0DA",
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "not a part"),
    });
}
