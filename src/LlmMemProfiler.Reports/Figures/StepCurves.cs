using System.Globalization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Reports.Considerations;
using LlmMemProfiler.Reports.Data;
using LlmMemProfiler.Reports.Plots;
using ScottPlot;

namespace LlmMemProfiler.Reports.Figures;

/// <summary>Memory over decode steps, measured and predicted, one line per cache policy, all else equal.</summary>
internal static class StepCurves
{
    private static readonly (Color Color, MarkerShape Mark)[] Looks =
    [
        (Color.FromHex("#2F5578"), MarkerShape.FilledCircle),
        (Color.FromHex("#C9513F"), MarkerShape.FilledSquare),
        (Color.FromHex("#0B6E4F"), MarkerShape.FilledTriangleUp),
        (Color.FromHex("#7D5A3C"), MarkerShape.FilledDiamond),
    ];

    private const int MaxMarks = 40;

    /// <param name="points">Points with status ok.</param>
    public static Figure Of(IReadOnlyList<ReportPoint> points)
    {
        ReportPoint[] curved = [.. points.Where(p => p.Curve is not null && p.Measured.TensorParts[Part.Weights] is not null)];
        var ladders = Ladder.Find(Consideration.Cache, curved);
        // Prefer the most policies, then the most steps; fall back to a single point.
        var chosen = ladders.Count > 0
            ? ladders.OrderByDescending(l => l.Rungs.Count).ThenByDescending(l => l.Rungs.Min(p => p.Workload.NewTokens)).First().Rungs
            : curved.OrderByDescending(p => p.Workload.NewTokens).Take(1).ToArray();
        Curve[] curves = [.. chosen.Take(Looks.Length).Select((p, i) => Curve.Of(p, p.Predicted ?? PredictedCurve.Simulate(p), Looks[i]))];

        var notes = new List<string>
        {
            "Peak allocated memory in each step, minus weights; step 0 is the prefill. Markers: measured; dashes: predicted" +
            (curves.All(c => c.HasScratch) ? ", kernels' scratch included." : " tensors (kernels' scratch is measured, but not predicted here)."),
        };
        if (chosen.Count > 0)
        {
            notes.Insert(0, (chosen[0] with { Workload = chosen[0].Workload with { Cache = default, CacheBlock = null } }).Title + ".");
            if (chosen.Count == 1)
                notes.Add("No points in the records differ only in cache policy.");
        }
        notes.AddRange(curves.Select(c => c.Comparison));
        var x = ValueAxis.OfPercent("decode step", 0, curves.SelectMany(c => c.Measured).Select(p => p.X).DefaultIfEmpty(1).Max());
        var y = ValueAxis.OfBytes("memory without weights", curves.SelectMany(c => c.Measured.Concat(c.Predicted)).Select(p => p.Y), fromZero: true);
        return new(
            "steps", "Memory over decode steps, by cache policy", notes,
            [.. curves.Select(c => new LegendEntry(c.Name, c.Color, IsLine: false) { Marker = c.Mark }),
                new("predicted", LineColors.Quiet, IsLine: true) { Pattern = Curve.Dashes }],
            [new("allocated, without weights", x, y, Fill) { EmptyText = curves.Length == 0 ? "no record has a curve over decode steps" : null }])
        { Columns = 1 };

        void Fill(Plot plot)
        {
            foreach (var curve in curves)
            {
                plot.AddLine(curve.Predicted.Select(p => (p.X, y.Of(p.Y))), curve.Color, Curve.Dashes, 1.8f);
                // Few enough that the predicted line shows between them.
                var every = (curve.Measured.Length + MaxMarks - 1) / MaxMarks;
                plot.AddMarks(curve.Measured.Where((_, i) => i % every == 0).Select(p => (p.X, y.Of(p.Y))), curve.Mark, curve.Color, 6);
            }
        }
    }

    private sealed record Curve(string Name, Color Color, MarkerShape Mark, (double X, double Y)[] Measured, (double X, double Y)[] Predicted, bool HasScratch)
    {
        public static readonly LinePattern Dashes = new([6, 3], 0, "predicted");

        /// <summary>The difference between measured and predicted peaks.</summary>
        public string Comparison
        {
            get
            {
                var measured = Measured.Max(p => p.Y);
                if (Predicted.Length == 0)
                    return $"{Name}: no prediction by step.";
                var predicted = Predicted.Max(p => p.Y);
                var difference = predicted - measured;
                return string.Create(CultureInfo.InvariantCulture, $"{Name}: peak {measured:N0} B measured, {predicted:N0} B predicted ({difference:+#,0;−#,0;0} B).");
            }
        }

        public static Curve Of(ReportPoint point, PredictedCurve? predicted, (Color Color, MarkerShape Mark) look)
        {
            var weights = point.Measured.TensorParts[Part.Weights]!.Value.Bytes;
            var known = point.Finest?.TensorParts[Part.Weights]?.Bytes ?? weights;
            return new(
                PlainText.Cut(point.Workload.Cache.Name(), 24), look.Color, look.Mark,
                [.. point.Curve!.Steps.Zip(point.Curve.Bytes).Select(s => ((double)s.First, (double)(s.Second - weights)))],
                predicted is null ? [] : [.. predicted.Steps.Zip(predicted.Bytes).Select(s => ((double)s.First, (double)(s.Second - known)))],
                predicted?.HasScratch == true);
        }
    }
}
