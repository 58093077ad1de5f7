using System.Globalization;
using System.Text.Json;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>Configs as people published them, with parameters and cache that others counted.</summary>
public class PublishedConfigTests
{
    [Fact]
    public void Each_gpt2_has_the_counted_parameters_and_cache()
    {
        var rows = File.ReadLines(SharedFiles.At("models", "COUNTS.tsv"))
            .Where(line => !line.StartsWith('#')).Skip(1).Select(line => line.Split('\t'))
            .Where(row => ModelType(row[0]) == "gpt2").ToList();

        Assert.Equal(12, rows.Count);
        Assert.All(rows, row =>
        {
            var model = ModelFile.Read(SharedFiles.At("models", row[0]));
            Assert.Equal((row[0], long.Parse(row[3], CultureInfo.InvariantCulture)), (row[0], TensorTable.Parameters(model)));
            Assert.Equal((row[0], row[4]), (row[0], $"{model.Layers}x{2 * model.KvWidth}"));
        });
    }

    [Fact]
    public void Every_other_model_is_refused_by_its_type()
    {
        var others = Directory.GetDirectories(SharedFiles.At("models")).Where(folder => ModelType(folder) is not "gpt2").ToList();

        Assert.True(others.Count > 60, $"{others.Count} folders");
        Assert.All(others, folder => Assert.Contains(
            $"model_type is '{ModelType(folder)}'; only 'gpt2'",
            Assert.ThrowsAny<InputException>(() => ModelFile.Read(folder)).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Santacoder_has_one_head_of_keys_and_values()
    {
        var model = ModelFile.Read(SharedFiles.At("cases", "santacoder.json"));

        Assert.Equal(1_124_886_528, TensorTable.Parameters(model));
        Assert.Equal(12_288, 2 * model.Layers * model.KvWidth * DataType.Float16.Bytes());
    }

    [Theory]
    [InlineData("scratch_kv24.json", 24)]
    [InlineData("scratch_kv4.json", 4)]
    public void A_case_in_this_programs_own_form_is_read(string file, int kvHeads) =>
        Assert.Equal(kvHeads, ModelFile.Read(SharedFiles.At("cases", file)).KvHeads);

    [Theory]
    [InlineData("vit_gpt2_caption.json", "model_type is 'vision-encoder-decoder'")]
    [InlineData("mistral_small_24b.json", "model_type is 'mistral'")]
    [InlineData("mixtral_8x22b_headdim_null.json", "model_type is 'mixtral'")]
    [InlineData("gemma4_e4b_null.json", "model_type is 'gemma4'")]
    [InlineData("gpt_scratch_124m.json", "unknown field 'vocab_size'")]
    public void A_case_of_another_model_is_refused_by_name(string file, string naming) => Assert.Contains(
        naming, Assert.ThrowsAny<InputException>(() => ModelFile.Read(SharedFiles.At("cases", file))).Message, StringComparison.Ordinal);

    private static string? ModelType(string folder)
    {
        // One of them has the number Infinity, which JSON lacks.
        var text = File.ReadAllText(Path.Combine(SharedFiles.At("models", folder), "config.json")).Replace(" Infinity", " 0", StringComparison.Ordinal);
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("model_type").GetString();
    }
}
