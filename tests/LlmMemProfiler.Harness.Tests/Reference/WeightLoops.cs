using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>A model's weights by name, and what linear layers do with them.</summary>
/// <param name="weight">Elements of a tensor in the shape in which it is used: linear weights are [out, in].</param>
internal sealed class WeightLoops(Func<string, float[]> weight)
{
    private readonly Dictionary<string, double[]> kept = [];

    /// <summary>All elements of a tensor.</summary>
    public double[] All(string name)
    {
        if (!kept.TryGetValue(name, out var all))
            kept.Add(name, all = [.. weight(name).Select(element => (double)element)]);
        return all;
    }

    /// <summary>One row of a table.</summary>
    public double[] Row(Table table, int row) => All($"{table.Name}.{table.WeightName}")[(int)(row * table.Width)..(int)((row + 1) * table.Width)];

    /// <summary>A linear layer over every row.</summary>
    public double[][] Linear(Linear layer, double[][] rows) => [.. rows.Select(row => Linear(layer, row))];

    public double[] Linear(Linear layer, double[] row)
    {
        var outputs = Product(All(layer.Name + ".weight"), row, (int)layer.Outputs);
        return layer.HasBias ? outputs.Plus(All(layer.Name + ".bias")) : outputs;
    }

    /// <summary>Each row of a matrix [outputs, inputs] times the inputs.</summary>
    public static double[] Product(ReadOnlySpan<double> matrix, double[] inputs, int outputs)
    {
        if (matrix.Length != outputs * inputs.Length)
            throw new InvalidOperationException($"{matrix.Length} elements are not {outputs} rows of {inputs.Length}");
        var products = new double[outputs];
        for (var output = 0; output < outputs; output++)
            products[output] = Loops.Dot(matrix.Slice(output * inputs.Length, inputs.Length), inputs);
        return products;
    }
}
