using LlmMemProfiler.Core.Models.Decoding;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Tests.Models.Decoding;

public class HeadPlacesTests
{
    /// <remarks>
    /// transformers, <c>models/codegen/modeling_codegen.py</c>, for 8 heads of 2: <c>qkv.reshape(..., mp_num = 4, 12)</c>, of which
    /// <c>query, value, key = torch.split(..., 2 * 8 // 4)</c>; <c>_split_heads</c> gives each part its 2 heads, one after the other.
    /// </remarks>
    [Fact]
    public void CodeGen_has_in_each_of_four_parts_queries_then_values_then_keys()
    {
        var (queries, keys, values) = HeadPlaces.Of(Attention(heads: 8, headDim: 2, ProjectionLayout.FusedInFours));
        Assert.Equal([0, 1, 2, 3, 12, 13, 14, 15, 24, 25, 26, 27, 36, 37, 38, 39], Columns(queries));
        Assert.Equal([4, 5, 6, 7, 16, 17, 18, 19, 28, 29, 30, 31, 40, 41, 42, 43], Columns(values));
        Assert.Equal([8, 9, 10, 11, 20, 21, 22, 23, 32, 33, 34, 35, 44, 45, 46, 47], Columns(keys));
    }

    /// <remarks>transformers, <c>models/qwen3_next/modeling_qwen3_next.py</c>: <c>torch.chunk(q_proj(x).view(..., heads, 2 * head_dim), 2, dim=-1)</c>.</remarks>
    [Fact]
    public void Gates_stand_behind_the_query_of_each_head()
    {
        var attention = Attention(heads: 2, headDim: 3, ProjectionLayout.Separate) with { IsGated = true };
        Assert.Equal([0, 1, 2, 6, 7, 8], Columns(HeadPlaces.Of(attention).Queries));
        Assert.Equal([3, 4, 5, 9, 10, 11], Columns(HeadPlaces.Gates(attention)!.Value));
    }

    private static Attention Attention(int heads, int headDim, ProjectionLayout layout) => new()
    {
        Heads = heads,
        KvHeads = heads,
        HeadDim = headDim,
        Layout = layout,
        Projections = [],
        Output = new("output", (long)heads * headDim, 1),
    };

    private static IEnumerable<long> Columns(HeadPlace place) =>
        from part in Enumerable.Range(0, place.Parts)
        from column in Enumerable.Range(0, (int)place.Width)
        select place.First + (part * place.Stride) + column;
}
