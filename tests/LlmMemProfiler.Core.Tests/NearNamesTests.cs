namespace LlmMemProfiler.Core.Tests;

public class NearNamesTests
{
    private static readonly string[] Names = ["gpt2", "gpt2-medium", "gpt2-large", "tiny"];

    [Theory]
    [InlineData("gpt3", "gpt2")]
    [InlineData("GPT2-LARGE", "gpt2-large")]
    [InlineData("tny", "tiny")]
    public void The_nearest_name_comes_first(string word, string expected) =>
        Assert.Equal(expected, NearNames.Of(word, Names)[0]);

    [Theory]
    [InlineData("A100", "a100-40 a100-80")]
    [InlineData("h10", "h100 h100-pcie")]
    [InlineData("h20", "h200")]
    public void Names_that_begin_with_the_word_come_before_nearer_ones(string word, string near)
    {
        string[] names = ["a10", "a100-80", "a100-40", "h100", "h100-pcie", "h200", "v100"];

        Assert.Equal(near.Split(' '), NearNames.Of(word, names));
    }

    [Fact]
    public void Names_that_begin_with_the_word_are_near() => Assert.Contains("gpt2-medium", NearNames.Of("gpt", Names));

    [Theory]
    [InlineData("")]
    [InlineData("llama-405b")]
    public void A_word_like_no_name_has_no_near_ones(string word) => Assert.Empty(NearNames.Of(word, Names));

    [Fact]
    public void An_endless_word_has_no_near_names() => Assert.Empty(NearNames.Of(new string('g', 1_000_000), Names));

    [Fact]
    public void Three_names_at_most_are_given() =>
        Assert.Equal(3, NearNames.Of("x", ["x1", "x2", "x3", "x4"]).Count);
}
