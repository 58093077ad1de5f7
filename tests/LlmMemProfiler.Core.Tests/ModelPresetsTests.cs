using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Core.Tests;

public class ModelPresetsTests
{
    [Theory]
    [InlineData("guide-354m", 354_336_768)]
    [InlineData("gpt2", 124_439_808)]
    [InlineData("gpt2-medium", 354_823_168)]
    [InlineData("gpt2-large", 774_030_080)]
    [InlineData("gpt2-xl", 1_557_611_200)]
    public void A_preset_has_the_published_number_of_parameters(string name, long parameters) =>
        Assert.Equal(parameters, TensorTable.Parameters(ModelPresets.Find(name)));
}
