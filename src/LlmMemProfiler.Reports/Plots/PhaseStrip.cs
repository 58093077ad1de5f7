using LlmMemProfiler.Core.Units;
using ScottPlot;
using SkiaSharp;

namespace LlmMemProfiler.Reports.Plots;

/// <summary>Phase names along the top edge of a panel; a name wider than its phase gets a leader line.</summary>
internal sealed class PhaseStrip(IReadOnlyList<PhaseSpan> phases, double start, double end)
{
    private const float Baseline = 12, Foot = 16, Reach = 23, Gap = 12;

    private static readonly PageText Style = new(11, LineColors.Quiet);

    public void Draw(SKCanvas canvas, PixelRect data)
    {
        var scale = data.Width / (end - start);
        var middles = phases.Select(span => data.Left + ((span.From + span.To) / 2 - start) * scale).ToArray();
        var widths = phases.Select(span => (double)Style.Width(span.Phase.Name()) + Gap).ToArray();
        var centers = LabelSpread.Place(middles, widths, data.Left + 2, data.Right);

        using var line = new SKPaint { Color = LineColors.PhaseBoundary.ToSKColor(), IsAntialias = true, StrokeWidth = 1 };
        for (var i = 0; i < centers.Length; i++)
        {
            var center = (float)centers[i];
            Style.DrawOnWhite(canvas, phases[i].Phase.Name(), center, data.Top + Baseline);
            if ((phases[i].To - phases[i].From) * scale < widths[i] - Gap / 2)
                canvas.DrawLine(center, data.Top + Foot, (float)middles[i], data.Top + Reach, line);
        }
    }
}
