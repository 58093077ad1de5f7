using System.Globalization;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Estimation;
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

    /// <summary>For the curves that records lack, all together: a report is waited for.</summary>
    private static readonly TimeSpan MaxSimulation = TimeSpan.FromSeconds(10);

    private const string Heading = "allocated, without weights";

    public static Figure Of(PointSeries series)
    {
        ReportPoint[] curved = [.. series.Points.Where(p => p.Curve is not null && p.Measured.TensorParts[Part.Weights] is not null)];
        var looks = new MachineLooks(curved);
        var watch = SimulationWatch.OfRecords(MaxSimulation);
        var chosen = looks.Machines.Select(m => (Machine: m, Points: Choose([.. curved.Where(p => p.Machine == m)]))).ToArray();
        var policies = chosen.SelectMany(c => c.Points).Select(p => p.Workload.Cache).Distinct().ToList();
        var drawn = chosen.Select(c => (c.Machine, Curves: c.Points.Select(Drawn).ToArray())).ToArray();
        var all = drawn.SelectMany(d => d.Curves).ToArray();
        var notes = new List<string>();
        foreach (var (machine, own) in chosen)
            notes.Add($"{looks.Prefix(machine)}{(own[0] with { Workload = own[0].Workload with { Cache = default, CacheBlock = null } }).Title}.");
        notes.Add(
            $"Peak allocated memory in each step, minus weights; step 0 is the prefill. Markers: {series.Word}; dashes: predicted" +
            (all.All(c => c.HasScratch) ? ", kernels' scratch included." : $" tensors (kernels' scratch is {series.Verb}, but not predicted here)."));
        foreach (var (machine, own) in chosen.Where(c => c.Points.Count == 1))
            notes.Add($"{looks.Prefix(machine)}No points in the records differ only in cache policy.");
        notes.AddRange(drawn.SelectMany(d => d.Curves.Select(c => looks.Prefix(d.Machine) + c.Comparison(series.Word))));
        return new(
            series.Name("steps"), series.Title("Memory over decode steps, by cache policy"), notes,
            [.. all.DistinctBy(c => c.Name).Select(c => new LegendEntry(c.Name, c.Color, IsLine: false) { Marker = c.Mark }),
                new("predicted", LineColors.Quiet, IsLine: true) { Pattern = Curve.Dashes }],
            drawn.Length == 0 ? [Panel(Heading, [])] : [.. drawn.Select(d => Panel(looks.Prefix(d.Machine) + Heading, d.Curves))])
        { Columns = 1 };

        Curve Drawn(ReportPoint p) => Curve.Of(p, p.Predicted ?? PredictedCurve.Simulate(p, watch), Looks[policies.IndexOf(p.Workload.Cache) % Looks.Length]);
    }

    /// <summary>Prefers the most policies, then the most steps; falls back to a single point.</summary>
    private static IReadOnlyList<ReportPoint> Choose(IReadOnlyList<ReportPoint> points) => Ladder.Find(Consideration.Cache, points) is { Count: > 0 } ladders
        ? ladders.OrderByDescending(l => l.Rungs.Count).ThenByDescending(l => l.Rungs.Min(p => p.Workload.NewTokens)).First().Rungs
        : [.. points.OrderByDescending(p => p.Workload.NewTokens).Take(1)];

    private static Panel Panel(string heading, Curve[] curves)
    {
        var x = ValueAxis.OfPercent("decode step", 0, curves.SelectMany(c => c.Measured).Select(p => p.X).DefaultIfEmpty(1).Max());
        var y = ValueAxis.OfBytes("memory without weights", curves.SelectMany(c => c.Measured.Concat(c.Predicted)).Select(p => p.Y), fromZero: true);
        return new(heading, x, y, Fill) { EmptyText = curves.Length == 0 ? "no record has a curve over decode steps" : null };

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
        public string Comparison(string word)
        {
            var measured = Measured.Max(p => p.Y);
            if (Predicted.Length == 0)
                return $"{Name}: no prediction by step.";
            var predicted = Predicted.Max(p => p.Y);
            var difference = predicted - measured;
            return string.Create(CultureInfo.InvariantCulture, $"{Name}: peak {measured:N0} B {word}, {predicted:N0} B predicted ({difference:+#,0;−#,0;0} B).");
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
