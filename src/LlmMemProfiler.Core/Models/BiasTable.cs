using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models;

/// <summary>What a model adds to the scores of each head at each position of a workload, [h, L], computed once.</summary>
/// <param name="Name">Name of its tensor.</param>
/// <param name="Alibi">The slopes.</param>
/// <param name="Heads">h.</param>
/// <param name="Length">L.</param>
/// <remarks>
/// Press et al. (2021): a slope times the distance to the query. A softmax is the same for a slope times the position, as transformers'
/// <c>models/bloom/modeling_bloom.py</c> has it, which is the same for all queries.
/// </remarks>
public sealed record BiasTable(string Name, Alibi Alibi, int Heads, int Length)
{
    /// <summary>The tables of a model.</summary>
    public static IReadOnlyList<BiasTable> Of(ModelSpec model, Workload workload) =>
        [.. Kinds(model).Select((kind, number) => new BiasTable($"alibi.{number}", kind.Alibi, kind.Heads, workload.Length))];

    /// <summary>Which of them an attention takes.</summary>
    internal static int Number(Attention attention, ModelSpec model) => Kinds(model).IndexOf(((Alibi)attention.Positions!, attention.Heads));

    /// <summary>Its rows, head by head.</summary>
    public IEnumerable<double[]> Rows()
    {
        foreach (var slope in Slopes())
            yield return [.. Enumerable.Range(0, Length).Select(position => slope * position)];
    }

    /// <summary>A geometric series for a power of two; for other numbers of heads that of the power below, then every other one of that above.</summary>
    private IEnumerable<double> Slopes()
    {
        var below = 1;
        while (2L * below <= Heads)
            below *= 2;
        for (var head = 0; head < Heads; head++)
        {
            var exponent = head < below ? (head + 1.0) / below : ((2 * (head - below)) + 1) / (2.0 * below);
            yield return Alibi.Scale * Math.Pow(2, -Alibi.LargestBias * exponent);
        }
    }

    private static List<(Alibi Alibi, int Heads)> Kinds(ModelSpec model) =>
    [
        .. model.Sublayers.OfType<Attention>().Where(attention => attention.Positions is Alibi)
            .Select(attention => ((Alibi)attention.Positions!, attention.Heads)).Distinct(),
    ];
}
