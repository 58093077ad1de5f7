using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Core.Tests.Models;

public class OwnFormTests
{
    [Fact]
    public void Each_field_is_read_into_its_place() => Assert.Equal(
        new GptSizes
        {
            Name = "small",
            Layers = 3,
            DModel = 96,
            Heads = 6,
            KvHeads = 2,
            DFf = 384,
            Vocabulary = 300,
            Positions = 128,
            TiedOutput = false,
            LinearBias = true,
            FinalNorm = true,
            NormEpsilon = 1e-6,
        },
        Sizes(OwnForm.Valid));

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    public void Without_kv_heads_each_head_has_its_own(string? literal) =>
        Assert.Equal(6, Sizes(OwnForm.With("kv_heads", literal)).KvHeads);

    [Fact]
    public void Without_an_epsilon_the_usual_one_is_taken() =>
        Assert.Equal(1e-5, Sizes(OwnForm.With("norm_epsilon", null)).NormEpsilon);

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("\"\"")]
    public void A_model_without_a_name_has_the_default_one(string? literal) =>
        Assert.Equal("m", OwnForm.Read(OwnForm.With("name", literal)).Name);

    [Theory]
    [InlineData("tied_output", true)]
    [InlineData("linear_bias", false)]
    [InlineData("final_norm", false)]
    public void A_flag_is_read_as_it_stands(string field, bool value)
    {
        var model = Sizes(OwnForm.With(field, value ? "true" : "false"));

        Assert.Equal(value, field switch
        {
            "tied_output" => model.TiedOutput,
            "linear_bias" => model.LinearBias,
            _ => model.FinalNorm,
        });
    }

    private static GptSizes Sizes(string json) => GptSizes.Of(OwnForm.Read(json));
}
