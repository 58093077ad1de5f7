using CsCheck;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Models;

public class TensorTableTests
{
    private static readonly ModelSpec Guide = ModelPresets.Find("guide-354m");

    [Theory]
    [InlineData(DataType.Float16, 708_673_536)]
    [InlineData(DataType.BFloat16, 708_673_536)]
    [InlineData(DataType.Float32, 1_417_347_072)]
    public void The_guides_model_has_the_guides_weights(DataType type, long bytes) =>
        Assert.Equal(bytes, TensorTable.For(Guide, new() { Type = type }).Size(Part.Weights).Bytes);

    [Fact]
    public void In_INT8_matrices_take_a_byte_an_element_and_an_FP16_scale_a_row()
    {
        const long matrices = (50_000 * 1024) + (24L * 12 * 1024 * 1024);
        const long rows = 50_000 + (24 * (3072 + 1024 + 4096 + 1024));
        const long positions = 1024 * 1024, norms = 24 * 4 * 1024;
        const long expected = matrices + (2 * (rows + positions + norms));

        Assert.Equal(356_026_016, expected);
        Assert.Equal(expected, TensorTable.For(Guide, new() { Type = DataType.Int8 }).Size(Part.Weights).Bytes);
    }

    [Fact]
    public void The_guides_cache_has_two_bytes_an_element() =>
        Assert.Equal(12_582_912, TensorTable.For(Guide, new() { Prompt = 64, NewTokens = 64 }).Size(Part.KvCache).Bytes);

    [Fact]
    public void A_preallocated_cache_is_as_wide_as_the_grouped_heads_and_as_its_type() => Arbitrary.Decode.Sample(
        (m, w) => Assert.Equal(
            w.Cache != CachePolicy.Preallocated ? 0 :
            (long)m.Layers * w.Batch * GptSizes.Of(m).KvHeads * Arbitrary.HeadBytes(w, m.DModel / GptSizes.Of(m).Heads) * (w.Prompt + w.NewTokens),
            TensorTable.For(m, w).Size(Part.KvCache).Bytes));

    [Theory]
    [InlineData(DataType.Float16, DataType.Int8, null, 24 * 2 * 16 * 128 * (64 + 2))]
    [InlineData(DataType.Float32, DataType.Float8, null, 24 * 2 * 16 * 128 * (64 + 4))]
    [InlineData(DataType.BFloat16, null, DataType.Int8, 24 * 16 * 128 * ((2 * 64) + 64 + 2))]
    public void A_quantized_cache_has_a_byte_an_element_and_a_scale_for_each_head_of_each_token(DataType type, DataType? both, DataType? values, long bytes) =>
        Assert.Equal(bytes, TensorTable.For(Guide, new() { Type = type, KvType = both, ValueType = values, Prompt = 64, NewTokens = 64 }).Size(Part.KvCache).Bytes);

    [Fact]
    public void Token_ids_given_and_generated_take_eight_bytes_each() => Arbitrary.Decode.Sample(
        (m, w) => Assert.Equal(8L * w.Batch * (w.Prompt + w.NewTokens), TensorTable.For(m, w).Size(Part.Inputs).Bytes));

    [Fact]
    public void Parameters_follow_the_closed_formula() => Arbitrary.Model.Sample(model =>
    {
        var m = GptSizes.Of(model);
        long d = m.DModel, f = m.DFf, V = m.Vocabulary, qkv = d + (2 * m.KvHeads * (d / m.Heads));
        var block = (d * qkv) + (d * d) + (2 * d * f) + (4 * d) + (m.LinearBias ? qkv + d + f + d : 0);
        var expected = (V * d) + (m.Positions * d) + (m.Layers * block) + (m.FinalNorm ? 2 * d : 0) + (m.TiedOutput ? 0 : V * d);

        Assert.Equal(expected, model.Parameters);
    });

    [Fact]
    public void No_two_tensors_share_a_name() => Arbitrary.Decode.Sample((m, w) =>
    {
        var table = TensorTable.For(m, w);

        Assert.Equal(table.Tensors.Count, table.Tensors.Select(t => t.Name).Distinct().Count());
    });

    [Fact]
    public void A_scale_comes_right_behind_its_weight() => Arbitrary.Decode.Sample((m, w) =>
    {
        var tensors = TensorTable.For(m, w).Tensors;

        Assert.Equal(w.Type == DataType.Int8, tensors.Any(t => t.Role == TensorRole.Scale));
        Assert.All(tensors.Index().Where(t => t.Item.Role == TensorRole.Scale), t =>
        {
            var weight = tensors[t.Index - 1];
            Assert.Equal(weight.Name + ".scale", t.Item.Name);
            Assert.Equal((DataType.Int8, DataType.Float16), (weight.Type, t.Item.Type));
            Assert.Equal([weight.Shape[0], 1], t.Item.Shape);
        });
    });

    [Fact]
    public void An_absurd_model_throws_rather_than_count_wrongly()
    {
        var absurd = (GptSizes.Of(Guide) with { DModel = int.MaxValue, Heads = 1, KvHeads = 1, Vocabulary = int.MaxValue }).Model("test");

        Assert.Throws<OverflowException>(() => absurd.Parameters);
        Assert.Throws<OverflowException>(() => TensorTable.For(absurd, new()).Size(Part.Weights));
        Assert.Throws<OverflowException>(() => TensorTable.For(absurd, new() { Batch = int.MaxValue }).Size(Part.KvCache));
    }
}
