using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Weights;

namespace LlmMemProfiler.Harness.Tests.Weights;

public class WeightGeneratorTests
{
    [Fact]
    public void Values_are_nearly_normal_with_the_given_mean_and_deviation()
    {
        var values = new float[200_000];
        WeightGenerator.Fill(values, WeightGenerator.Stream(1, "w"), 0, WeightGenerator.Table(3, 0.5, v => v));
        var mean = values.Average(v => (double)v);
        var deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        Assert.InRange(mean, 2.99, 3.01);
        Assert.InRange(deviation, 0.495, 0.505);
        // A normal distribution has 68.3 % within one deviation.
        Assert.InRange(values.Count(v => Math.Abs(v - 3) < 0.5) / (double)values.Length, 0.66, 0.70);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(77)]
    [InlineData(500)]
    public void A_stretch_gets_the_same_values_however_it_is_cut(int length)
    {
        var table = WeightGenerator.Table(0, 1, v => v);
        var stream = WeightGenerator.Stream(5, "w");
        var whole = new float[501];
        WeightGenerator.Fill(whole, stream, 0, table);
        var pieces = new float[501];
        for (var at = 0; at < pieces.Length; at += length)
            WeightGenerator.Fill(pieces.AsSpan(at, Math.Min(length, pieces.Length - at)), stream, at, table);
        Assert.Equal(whole, pieces);
    }

    [Fact]
    public void Seed_and_name_decide_the_values()
    {
        Assert.Equal(WeightGenerator.Stream(1, "a"), WeightGenerator.Stream(1, "a"));
        Assert.NotEqual(WeightGenerator.Stream(1, "a"), WeightGenerator.Stream(2, "a"));
        Assert.NotEqual(WeightGenerator.Stream(1, "a"), WeightGenerator.Stream(1, "b"));
    }

    [Theory]
    [InlineData(DataType.Float16, 1e-3)]
    [InlineData(DataType.BFloat16, 8e-3)]
    [InlineData(DataType.Int8, 5e-3)]
    public void Every_type_gets_the_same_model_within_its_rounding(DataType type, double relative)
    {
        var model = ModelPresets.Find("tiny");
        using var exact = new LoadedDecoder(model, new() { Type = DataType.Float32, Prompt = 3, NewTokens = 1 });
        using var rounded = new LoadedDecoder(model, new() { Type = type, Prompt = 3, NewTokens = 1 });
        Assert.Equal(exact.Prompt(0), rounded.Prompt(0));
        foreach (var name in (string[])["wte.weight", "wpe.weight", "h.1.attn.c_proj.weight", "h.0.ln_1.weight", "h.0.mlp.c_fc.bias"])
        {
            var (a, b) = (exact.Weight(name), rounded.Weight(name));
            var magnitude = a.Max(Math.Abs);
            Assert.All(a.Zip(b), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, relative * magnitude));
        }
    }

    [Fact]
    public void A_quantised_row_uses_the_whole_range()
    {
        using var decoder = new LoadedDecoder(ModelPresets.Find("tiny"), new() { Type = DataType.Int8, Prompt = 3, NewTokens = 1 });
        foreach (var row in decoder.Quantised("h.0.mlp.c_fc.weight").Chunk(64))
            Assert.Equal(127, row.Max(q => Math.Abs((int)q)));
    }
}
