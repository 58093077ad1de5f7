using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models;

/// <summary>Layers of a model that are alike in everything but their number.</summary>
/// <param name="Numbers">Which layers, ascending.</param>
/// <param name="First">One of them.</param>
public sealed record LayerGroup(IReadOnlyList<int> Numbers, DecoderBlock First)
{
    /// <summary>Weights of one of the layers.</summary>
    /// <exception cref="OverflowException">The count does not fit 64 bits.</exception>
    public long Parameters => First.Weights.Aggregate(0L, (sum, weight) => checked(sum + weight.Elements));

    /// <summary>The numbers, in a row where they follow each other: '0-4, 6-10'.</summary>
    public string Range
    {
        get
        {
            var runs = new List<(int From, int To)>();
            foreach (var number in Numbers)
            {
                if (runs is [.., var last] && last.To == number - 1)
                    runs[^1] = (last.From, number);
                else
                    runs.Add((number, number));
            }
            return string.Join(", ", runs.Select(run => run.From == run.To ? $"{run.From}" : $"{run.From}-{run.To}"));
        }
    }

    /// <summary>The groups of a model's layers, in the order of their first ones.</summary>
    public static IReadOnlyList<LayerGroup> Of(ModelSpec model) =>
    [
        .. model.Blocks.Index().GroupBy(block => Likeness(block.Item, block.Index))
            .Select(group => new LayerGroup([.. group.Select(block => block.Index)], group.First().Item)),
    ];

    /// <summary>How many layers after each are like it, without another between.</summary>
    internal static int[] Followers(ModelSpec model)
    {
        var likeness = model.Blocks.Select(Likeness).ToList();
        var followers = new int[likeness.Count];
        for (var layer = likeness.Count - 2; layer >= 0; layer--)
            followers[layer] = likeness[layer] == likeness[layer + 1] ? followers[layer + 1] + 1 : 0;
        return followers;
    }

    /// <summary>What a layer is, without its number, which stands in the names of its tensors.</summary>
    private static string Likeness(DecoderBlock block, int number) => Regex.Replace(block.ToString(), $@"(?<=Name = [a-zA-Z_.]*)\.{number}\.", ".N.");
}
