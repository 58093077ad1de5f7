using System.Globalization;
using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>
/// The names of the tensors of published checkpoints. 'Names/MODEL.txt' lists those of the model of 'MODEL.json', without buffers and parts that
/// are not the decoder: '{0-3,5}' stands for each of these numbers, and '[4, 8]' behind a name is its shape, where a file's header gives it.
/// </summary>
public partial class PublishedNamesTests
{
    private const string Parameters = "# parameters: ";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Models", "Names");

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Tensors_have_the_names_and_shapes_of_the_checkpoint(string name)
    {
        var model = ModelFile.Read(Path.Combine(Folder, name + ".json"));
        var lines = File.ReadAllLines(Path.Combine(Folder, name + ".txt"));
        var published = lines.Where(line => !line.StartsWith('#')).SelectMany(Expanded).Select(line => line.Split(' ', 2)).ToDictionary(line => line[0], line => line.ElementAtOrDefault(1));
        if (model.TiedOutput)
            published.Remove(model.OutputPrefix + model.Output.Weights.First().Name);

        Assert.Equal(
            published.Select(tensor => $"{tensor.Key} {tensor.Value}").Order(StringComparer.Ordinal),
            model.StoredWeights.Select(weight => $"{weight.Name} {(published.GetValueOrDefault(weight.Name) is null ? "" : weight.StoredShape)}").Order(StringComparer.Ordinal));
        if (lines.FirstOrDefault(line => line.StartsWith(Parameters, StringComparison.Ordinal)) is { } total)
            Assert.Equal(long.Parse(total[Parameters.Length..], CultureInfo.InvariantCulture), model.Parameters);
    }

    private static IEnumerable<string> Expanded(string line) => Range().Match(line) is { Success: true } range
        ? range.Groups[1].Value.Split(',').SelectMany(Numbers).SelectMany(number => Expanded($"{line[..range.Index]}{number}{line[(range.Index + range.Length)..]}"))
        : [line];

    private static IEnumerable<int> Numbers(string run)
    {
        var ends = run.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToList();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }

    [GeneratedRegex(@"\{([\d,-]+)\}")]
    private static partial Regex Range();
}
