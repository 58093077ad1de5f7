using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models;

public class ModelPresetsTests
{
    [Theory]
    [InlineData("guide-354m", 354_336_768)]
    [InlineData("gpt2", 124_439_808)]
    [InlineData("gpt2-medium", 354_823_168)]
    [InlineData("gpt2-large", 774_030_080)]
    [InlineData("gpt2-xl", 1_557_611_200)]
    public void A_preset_has_the_published_number_of_parameters(string name, long parameters) =>
        Assert.Equal(parameters, ModelPresets.Find(name).Parameters);

    public static TheoryData<string> Names => [.. ModelPresets.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_preset_is_a_valid_model_under_its_own_name(string name) =>
        Assert.Equal(name, ModelPresets.Find(name).Name);

    [Fact]
    public void The_presets_are_the_files_of_the_profiles_folder() => Assert.Equal(
        ["gpt2", "gpt2-large", "gpt2-medium", "gpt2-xl", "guide-354m", "tiny", "tiny-gqa", "tiny-guide"],
        ModelPresets.Names);

    [Fact]
    public void The_default_is_a_preset() => Assert.Contains(ModelPresets.Default, ModelPresets.Names);

    [Fact]
    public void An_unknown_name_is_answered_with_near_ones()
    {
        var e = Assert.ThrowsAny<InputException>(() => ModelPresets.Find("gtp2-large"));

        Assert.StartsWith("'gtp2-large' is neither a preset nor a file; did you mean gpt2-large", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no\0name")]
    [InlineData("nothing\nlike\nthat")]
    public void A_name_near_none_is_answered_with_all_in_one_line(string name)
    {
        var e = Assert.ThrowsAny<InputException>(() => ModelPresets.Find(name));

        Assert.EndsWith(string.Join(", ", ModelPresets.Names), e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("GPT2")]
    [InlineData("Gpt2")]
    public void A_presets_name_counts_in_any_case(string name) => Assert.Equal(GptSizes.Of(ModelPresets.Find("gpt2")), GptSizes.Of(ModelPresets.Find(name)));

    [Fact]
    public void A_path_is_read_as_a_file()
    {
        using var folder = new TemporaryFolder();
        var file = folder.With("mine.json", OwnForm.Valid);

        Assert.Equal(GptSizes.Of(ModelFile.Read(file)), GptSizes.Of(ModelPresets.Find(file)));
    }
}
