using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Harness.Tests.Reference;

namespace LlmMemProfiler.Harness.Tests.Outside;

/// <summary>The tensors of experts, in llama.cpp's file one for all gates, one for all ups, one for all downs.</summary>
internal sealed class GgufExperts(Experts experts, SeededWeights weights, int d)
{
    public IEnumerable<(string Part, long[] Shape, float[] Elements)> Parts
    {
        get
        {
            long[] wide = [experts.Count, experts.Width, d], narrow = [experts.Count, d, experts.Width];
            if (experts.Layout == ExpertLayout.Each)
                return [("gate_exps.weight", wide, Each(0)), ("up_exps.weight", wide, Each(1)), ("down_exps.weight", narrow, Each(2))];
            if (experts.Layout == ExpertLayout.Rows)
            {
                var (gate, up, down) = (weights[experts.Routed[0].Name], weights[experts.Routed[1].Name], weights[experts.Routed[2].Name]);
                return [("gate_exps.weight", wide, gate), ("up_exps.weight", wide, up), ("down_exps.weight", narrow, [.. down.Chunk(experts.Width * d).SelectMany(Turned)])];
            }
            var parts = new List<(string, long[], float[])>
            {
                ("gate_exps.weight", wide, Rows(0, d, isGate: true)),
                ("up_exps.weight", wide, Rows(0, d, isGate: false)),
                ("down_exps.weight", narrow, weights[experts.Routed[1].Name]),
            };
            if (experts.Routed.Count == 4)
            {
                parts.Add(("gate_exps.bias", wide[..2], Rows(2, 1, isGate: true)));
                parts.Add(("up_exps.bias", wide[..2], Rows(2, 1, isGate: false)));
                parts.Add(("down_exps.bias", narrow[..2], weights[experts.Routed[3].Name]));
            }
            return parts;
        }
    }

    /// <summary>Columns as rows, [width, d] as [d, width].</summary>
    private IEnumerable<float> Turned(float[] matrix) => Enumerable.Range(0, d).SelectMany(column => matrix.Where((_, index) => index % d == column));

    /// <summary>Gate, up or down of each expert, below each other.</summary>
    private float[] Each(int part) => [.. Enumerable.Range(0, experts.Count).SelectMany(expert => weights[experts.Routed[(expert * 3) + part].Name])];

    /// <summary>The rows of gate or up, out of the tensor that has both.</summary>
    private float[] Rows(int tensor, int width, bool isGate) =>
    [
        .. weights[experts.Routed[tensor].Name].Chunk(width).Where((_, row) => isGate == (experts.Layout == ExpertLayout.StackedInTurn
            ? row % 2 == 0
            : row % (2 * experts.Width) < experts.Width)).SelectMany(row => row),
    ];
}
