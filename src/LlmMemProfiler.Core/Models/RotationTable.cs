using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models;

/// <summary>
/// Cosines and sines of the positions of a workload, [L, width], computed once: those of all pairs, then their sines. Layers that rotate
/// alike share one.
/// </summary>
/// <remarks>The layout of vLLM 0.11, <c>model_executor/layers/rotary_embedding/base.py</c>.</remarks>
public sealed class RotationTable
{
    private readonly ModelSpec model;
    private readonly Workload workload;

    private RotationTable(string name, Rotary rotary, ModelSpec model, Workload workload) =>
        (Name, Rotary, this.model, this.workload) = (name, rotary, model, workload);

    /// <summary>Name of its tensor.</summary>
    public string Name { get; }

    public Rotary Rotary { get; }

    /// <summary>The tables of a model.</summary>
    public static IReadOnlyList<RotationTable> Of(ModelSpec model, Workload workload) =>
        [.. model.Rotaries.Select((rotary, number) => new RotationTable($"rotary.{number}", rotary, model, workload))];

    /// <summary>Its rows, in order of their positions.</summary>
    public IEnumerable<double[]> Rows()
    {
        for (var pass = 0; pass < workload.PrefillPasses; pass++)
        {
            var (position, tokens) = workload.PrefillPass(pass);
            foreach (var row in Rows(position, tokens))
                yield return row;
        }
        for (var position = workload.Prompt; position < workload.Length; position++)
            yield return Rows(position, 1).Single();
    }

    /// <summary>Some scalings depend on how long the sequence is when a position is reached.</summary>
    private IEnumerable<double[]> Rows(int position, int tokens)
    {
        var (frequencies, factor) = RotaryFrequencies.Of(Rotary, model.Positions, position + (long)tokens, workload.PrefillPass(0).Tokens);
        for (var row = position; row < position + tokens; row++)
        {
            var pairs = frequencies.Count;
            var angles = new double[2 * pairs];
            for (var pair = 0; pair < pairs; pair++)
            {
                var (sine, cosine) = Math.SinCos(row * frequencies[pair]);
                (angles[pair], angles[pairs + pair]) = (cosine * factor, sine * factor);
            }
            yield return angles;
        }
    }
}
