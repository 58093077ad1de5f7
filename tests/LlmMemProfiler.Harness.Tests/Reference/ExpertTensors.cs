using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>The linear layers of one expert, taken out of the tensors that hold them.</summary>
/// <param name="Gate">Null if the expert has none.</param>
/// <param name="Up">From the hidden state.</param>
/// <param name="Down">Back to it.</param>
internal sealed record ExpertTensors(Func<double[], double[]>? Gate, Func<double[], double[]> Up, Func<double[], double[]> Down)
{
    public static ExpertTensors Of(Experts experts, int expert, WeightLoops weights, int d)
    {
        var width = experts.Width;
        return experts.Layout switch
        {
            ExpertLayout.Each => Each(experts.IsGated ? 3 : 2),
            ExpertLayout.Stacked => Stacked(row => row < width, row => row >= width),
            ExpertLayout.StackedInTurn => Stacked(row => row % 2 == 0, row => row % 2 == 1),
            ExpertLayout.Rows => Rows(),
            _ => throw new ArgumentOutOfRangeException(nameof(experts), experts.Layout, "not a layout"),
        };

        ExpertTensors Each(int parts)
        {
            double[] Part(int part) => weights.All(experts.Routed[(expert * parts) + part].Name);
            return new(
                parts == 3 ? row => WeightLoops.Product(Part(0), row, width) : null,
                row => WeightLoops.Product(Part(parts - 2), row, width),
                row => WeightLoops.Product(Part(parts - 1), row, d));
        }

        // Biases of gate and up, and of down, may follow.
        ExpertTensors Stacked(Func<int, bool> isGate, Func<int, bool> isUp)
        {
            var outputs = experts.IsGated ? 2 * width : width;
            double[] First(double[] row) => Biased(WeightLoops.Product(Slice(0, outputs * d), row, outputs), 2);
            return new(
                experts.IsGated ? row => [.. First(row).Where((_, output) => isGate(output))] : null,
                row => [.. First(row).Where((_, output) => !experts.IsGated || isUp(output))],
                row => Biased(WeightLoops.Product(Slice(1, d * width), row, d), 3));
        }

        ExpertTensors Rows() => new(
            row => WeightLoops.Product(Slice(0, width * d), row, width),
            row => WeightLoops.Product(Slice(1, width * d), row, width),
            row => [.. Enumerable.Range(0, d).Select(output => Enumerable.Range(0, width).Sum(input => Slice(2, width * d)[(input * d) + output] * row[input]))]);

        double[] Biased(double[] outputs, int tensor) =>
            experts.Routed.Count > tensor ? outputs.Plus(Slice(tensor, outputs.Length)) : outputs;

        double[] Slice(int tensor, int count) => weights.All(experts.Routed[tensor].Name)[(expert * count)..((expert + 1) * count)];
    }
}
