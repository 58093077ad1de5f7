using System.Globalization;
using System.Text;
using LlmMemProfiler.Core.Estimation;
using LlmMemProfiler.Core.Measurement;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;
using SkiaSharp;

namespace LlmMemProfiler.Reports;

/// <summary>
/// Memory over one run, from its record alone: all parts stacked with the process above them, and once more without the
/// weights, beside which nothing else can be seen. Predictions are drawn in.
/// </summary>
public static class MemoryPlot
{
    private const int Width = 1600;
    private const int Height = 1150;

    private static readonly Part[] Owners =
        [Part.Weights, Part.KvCache, Part.Activations, Part.Logits, Part.Inputs, Part.Workspace];

    /// <summary>The picture as PNG, 1600 × 1150 pixels.</summary>
    public static byte[] Png(RunRecord record)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width, Height));
        Draw(record, surface.Canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>The picture as SVG.</summary>
    public static string Svg(RunRecord record)
    {
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, Width, Height), stream))
            Draw(record, canvas);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Draw(RunRecord record, SKCanvas canvas)
    {
        PlotFont.Use();
        canvas.Clear(SKColors.White);
        var half = Height / 2;
        using (var whole = new MemoryPanel(record, Owners))
            whole.Render(canvas, new(0, Width, half, 0), Title(record), [.. Totals(record), .. TensorPeaks(record, e => e.TensorPeak)], withDevice: true);
        using (var rest = new MemoryPanel(record, Owners[1..]))
        {
            var predictions = TensorPeaks(record, e => e.TensorPeak - (e.Parts[Part.Weights] ?? ByteSize.Zero));
            rest.Render(canvas, new(0, Width, Height, half), "The same without the weights", predictions, withDevice: false);
        }
    }

    private static IEnumerable<Prediction> Totals(RunRecord record) =>
        record.Estimates
            .Where(e => e.Parts[Part.Overhead] is not null)
            .Select(e => new Prediction(e.Estimator, $"{e.Estimator}, total", e.Total, IsTotal: true));

    /// <summary>One line for estimators that agree to the byte.</summary>
    private static IEnumerable<Prediction> TensorPeaks(RunRecord record, Func<MemoryEstimate, ByteSize?> level) =>
        record.Estimates
            .Where(e => level(e) is not null)
            .GroupBy(e => level(e)!.Value)
            .Select(g => new Prediction(g.Last().Estimator, $"{string.Join(" = ", g.Select(e => e.Estimator))}, tensors", g.Key, IsTotal: false));

    private static string Title(RunRecord record)
    {
        var (m, w) = (record.Model, record.Workload);
        var title = string.Create(
            CultureInfo.InvariantCulture,
            $"{m.Name}, {w.Dtype}, batch {w.Batch}, {w.Prompt} + {w.NewTokens} tokens, {(w.Attention == "math" ? "plain" : "fused")} attention, on {record.Device.Name}");
        return record.Status == RunStatus.Ok ? title : $"{title} – {record.Status.ToString().ToUpperInvariant()}";
    }
}
