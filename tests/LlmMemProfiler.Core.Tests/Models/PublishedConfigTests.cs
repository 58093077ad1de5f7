using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.KvCaches;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>Real configs, with numbers that somebody published, or counted by hand.</summary>
public class PublishedConfigTests
{
    [Fact]
    public void Each_has_the_published_or_counted_parameters_and_cache()
    {
        var rows = Counts().Where(row => ModelFamily.All.ContainsKey(ModelType(row[0]))).ToList();

        Assert.All(rows, row =>
        {
            var model = ModelFile.Read(SharedFiles.At("models", row[0]));
            Assert.Equal((row[0], Number(row[2]) ?? Number(row[3]) ?? model.Parameters), (row[0], model.Parameters));
            Assert.Equal((row[0], Cache(row[4])), (row[0], model.CachedElements));
            // Of two tokens, a byte an element, and two for each scale.
            var two = CachedBytes.OfSequence(model, new() { Type = DataType.Float16, KvType = DataType.Int8, Prompt = 1, NewTokens = 1 });
            Assert.Equal((row[0], 2 * model.CachedElements, 4 * model.CachedElements), (row[0], two.Elements.Bytes, two.Computed.Bytes));
            Assert.Equal(model.CachedElements > 0, two.Scales > ByteSize.Zero);
        });
    }

    [Fact]
    public void Every_other_model_is_refused_by_its_type()
    {
        var others = Counts().Select(row => row[0]).Where(name => !ModelFamily.All.ContainsKey(ModelType(name))).ToList();

        Assert.All(others, name => Assert.Contains(
            $"model_type is '{ModelType(name)}'; ",
            Assert.ThrowsAny<InputException>(() => ModelFile.Read(SharedFiles.At("models", name))).Message, StringComparison.Ordinal));
    }

    /// <summary>No number that a config gives is passed over: it changes the model, or the list of those that cannot says why.</summary>
    [Fact]
    public void Each_number_changes_the_model_or_is_in_the_list_of_those_that_cannot()
    {
        var unread = new List<string>();
        foreach (var name in Counts().Select(row => row[0]).Where(name => ModelFamily.All.ContainsKey(ModelType(name))))
        {
            var text = File.ReadAllText(Path.Combine(SharedFiles.At("models", name), "config.json")).Replace("Infinity", "null", StringComparison.Ordinal);
            var model = Read(text);
            foreach (var path in Paths(JsonNode.Parse(text)!, ""))
            {
                // The list names fields with the objects around them, and not the elements of arrays.
                var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(step => !int.TryParse(step, out _) && step != "text_config").ToList();
                if (!Enumerable.Range(1, steps.Count).Any(n => Ignorable.IsAny(string.Join('.', steps.Take(n)))) && Changed(text, path) is { } other && other.Equals(model)
                    && !IsSwitchedOff(text, steps[0]) && !model.LeftOut.Contains(steps[0]))
                {
                    unread.Add($"{name}: {path}");
                }
            }
        }

        Assert.Empty(unread);
    }

    [Fact]
    public void Santacoder_has_one_head_of_keys_and_values()
    {
        var model = ModelFile.Read(SharedFiles.At("cases", "santacoder.json"));

        Assert.Equal(1_124_886_528, model.Parameters);
        Assert.Equal(12_288, model.CachedElements * DataType.Float16.Bytes());
    }

    [Fact]
    public void Mistral_small_has_narrower_heads_than_its_width_shared_out()
    {
        var model = ModelFile.Read(SharedFiles.At("cases", "mistral_small_24b.json"));

        Assert.Equal(23_572_403_200, model.Parameters);
        Assert.Equal(163_840, model.CachedElements * DataType.BFloat16.Bytes());
    }

    [Fact]
    public void The_decoder_of_a_captioner_has_a_second_attention() =>
        Assert.Equal(152_806_656, ModelFile.Read(SharedFiles.At("cases", "vit_gpt2_caption.json")).Parameters);

    [Theory]
    [InlineData("scratch_kv24.json", 24)]
    [InlineData("scratch_kv4.json", 4)]
    public void A_case_in_this_programs_own_form_is_read(string file, int kvHeads) =>
        Assert.Equal(kvHeads, GptSizes.Of(ModelFile.Read(SharedFiles.At("cases", file))).KvHeads);

    private static IEnumerable<string[]> Counts() =>
        File.ReadLines(SharedFiles.At("models", "COUNTS.tsv")).Where(line => !line.StartsWith('#')).Skip(1).Select(line => line.Split('\t'));

    private static long? Number(string text) => text.Length == 0 ? null : long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>'25x4096+5x2048', or words where there is only a state.</summary>
    private static long Cache(string text) => !text.Contains('x', StringComparison.Ordinal)
        ? 0
        : text.Split('+').Select(term => term.Split('x')).Sum(term => long.Parse(term[0], CultureInfo.InvariantCulture) * long.Parse(term[1], CultureInfo.InvariantCulture));

    private static string ModelType(string name)
    {
        using var json = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(SharedFiles.At("models", name), "config.json")).Replace("Infinity", "null", StringComparison.Ordinal));
        return json.RootElement.TryGetProperty("text_config", out var inner) ? inner.GetProperty("model_type").GetString()! : json.RootElement.GetProperty("model_type").GetString()!;
    }

    /// <summary>True if the config's class does not read the field because of others.</summary>
    private static bool IsSwitchedOff(string json, string field)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("model_type", out var type)
            && ConfigClass.Of(type.GetString()!).IsSwitchedOff(new(document.RootElement, "m.json"), field);
    }

    private static ModelSpec Read(string json) => ModelFile.Read(System.Text.Encoding.UTF8.GetBytes(json), "m.json", "m");

    /// <summary>The model with one number larger by one; null if it is refused then.</summary>
    private static ModelSpec? Changed(string text, string path)
    {
        var root = JsonNode.Parse(text)!;
        var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var parent = steps[..^1].Aggregate(root, (node, step) => node is JsonArray array ? array[int.Parse(step, CultureInfo.InvariantCulture)]! : node[step]!);
        var larger = (parent is JsonArray list ? list[int.Parse(steps[^1], CultureInfo.InvariantCulture)]! : parent[steps[^1]]!).GetValue<double>() + 1;
        if (parent is JsonArray at)
            at[int.Parse(steps[^1], CultureInfo.InvariantCulture)] = Larger(larger);
        else
            parent[steps[^1]] = Larger(larger);
        try
        {
            return Read(root.ToJsonString());
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static JsonValue Larger(double number) => number == Math.Floor(number) && Math.Abs(number) < 1L << 53 ? JsonValue.Create((long)number) : JsonValue.Create(number);

    private static IEnumerable<string> Paths(JsonNode node, string path) => node switch
    {
        JsonObject fields => fields.Where(field => field.Value is not null).SelectMany(field => Paths(field.Value!, $"{path}/{field.Key}")),
        JsonArray elements => elements.Index().Where(element => element.Item is not null).SelectMany(element => Paths(element.Item!, $"{path}/{element.Index}")),
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => [path],
        _ => [],
    };
}
