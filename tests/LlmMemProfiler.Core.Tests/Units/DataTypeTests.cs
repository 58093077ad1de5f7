using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Units;

public class DataTypeTests
{
    [Theory]
    [InlineData(DataType.Float32, 4, "fp32")]
    [InlineData(DataType.Float16, 2, "fp16")]
    [InlineData(DataType.BFloat16, 2, "bf16")]
    [InlineData(DataType.Int8, 1, "int8")]
    [InlineData(DataType.Float8, 1, "fp8")]
    [InlineData(DataType.Int64, 8, "int64")]
    public void A_type_has_a_size_and_a_name(DataType type, int bytes, string name) =>
        Assert.Equal((bytes, name), (type.Bytes(), type.Name()));

    [Fact]
    public void Each_type_has_a_size_and_a_name_of_its_own()
    {
        var types = Enum.GetValues<DataType>();

        Assert.Equal(types.Length, types.Where(t => t.Bytes() > 0).Select(t => t.Name()).Distinct().Count());
    }

    [Fact]
    public void Types_of_weights_are_listed_by_their_names()
    {
        Assert.All(DataTypes.OfWeights, t => Assert.Equal(t.Key, t.Value.Name()));
        Assert.Equal(["bf16", "fp16", "fp32", "int8"], DataTypes.OfWeights.Keys.Order());
    }

    [Fact]
    public void Types_that_are_computed_in_are_those_of_weights_that_are_not_quantized() => Assert.Equal(["fp16", "bf16", "fp32"], DataTypes.OfCompute);

    [Fact]
    public void No_other_number_is_a_type()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ((DataType)99).Bytes());
        Assert.Throws<ArgumentOutOfRangeException>(() => ((DataType)99).Name());
    }
}
