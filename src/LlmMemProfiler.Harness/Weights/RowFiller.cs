using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Harness.Torch;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Weights;

/// <summary>Fills a tensor that follows from model and workload, whatever the weights come from.</summary>
public static class RowFiller
{
    private const int RowsAtOnce = 1024;

    /// <summary>Writes the rows of a spec that has some, rounded to its type.</summary>
    public static void Fill(Tensor target, TensorSpec spec)
    {
        var first = 0L;
        foreach (var rows in spec.Rows!().Chunk(RowsAtOnce))
        {
            var numbers = new float[rows.Length * rows[0].Length];
            for (var row = 0; row < rows.Length; row++)
            {
                for (var i = 0; i < rows[row].Length; i++)
                    numbers[(row * rows[row].Length) + i] = (float)rows[row][i];
            }
            using var host = tensor(numbers, [rows.Length, rows[0].Length]);
            using var place = target.narrow(0, first, rows.Length);
            // On a CPU the copy rounds without memory of its own; a GPU would take some.
            using var rounded = place.device_type == TorchSharp.DeviceType.CPU ? host.alias() : host.to(spec.Type.ToTorch());
            _ = place.copy_(rounded);
            first += rows.Length;
        }
    }
}
