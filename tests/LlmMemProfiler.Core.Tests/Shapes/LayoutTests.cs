using CsCheck;
using LlmMemProfiler.Core.Shapes;

namespace LlmMemProfiler.Core.Tests.Shapes;

/// <summary>Held against a search that knows nothing of chunks: it lists where each element lies.</summary>
public class LayoutTests
{
    /// <summary>A contiguous tensor, then transposed and narrowed at will, as views in the model are.</summary>
    private static readonly Gen<(long[] Shape, long[] Strides)> Strided =
        from shape in Gen.Long[1, 4].Array[1, 4]
        from moves in Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Bool).Array[0, 3]
        select Moved(shape, moves);

    private static readonly Gen<(long[] Shape, long[] Strides)> Arbitrary =
        from rank in Gen.Int[1, 4]
        from shape in Gen.Long[1, 3].Array[rank]
        from strides in Gen.Long[0, 9].Array[rank]
        select (shape, strides);

    [Fact]
    public void A_view_is_found_exactly_where_strides_exist() => Compare(Strided);

    [Fact]
    public void A_view_is_found_exactly_where_strides_exist_even_if_elements_overlap() => Compare(Arbitrary);

    [Theory]
    [InlineData(6, 16, 16, 1, true)]
    [InlineData(6, 16, 48, 1, true)] // every third row
    [InlineData(6, 16, 1, 6, true)] // the transposed one
    [InlineData(6, 16, 1, 9, true)]
    [InlineData(6, 16, 128, 8, false)] // gaps between the elements of a row
    [InlineData(1, 16, 128, 8, false)]
    [InlineData(6, 16, 1, 5, false)]
    [InlineData(6, 16, 0, 1, false)]
    [InlineData(6, 1, 1, 8, true)]
    [InlineData(1, 16, 3, 1, true)]
    public void BLAS_reads_rows_or_columns_without_gaps(long rows, long columns, long byRow, long byColumn, bool isReadable) =>
        Assert.Equal(isReadable, Layout.IsReadable([rows, columns], [byRow, byColumn]));

    [Fact]
    public void A_shape_of_more_or_fewer_elements_is_no_view() =>
        Gen.Select(Strided, Gen.Long[1, 5].Array[1, 4]).Where(t => Count(t.Item1.Shape) != Count(t.Item2)).Sample(
            (layout, newShape) => Assert.Null(Layout.TryView(layout.Shape, layout.Strides, newShape)));

    [Fact]
    public void Heads_after_plain_attention_merge_only_for_one_token()
    {
        // [B, T, h, D] seen from [B, h, T, D].
        Assert.Null(Layout.TryView([2, 3, 4, 8], [96, 8, 24, 1], [6, 32]));
        Assert.Equal([32, 1], Layout.TryView([2, 1, 4, 8], [32, 8, 8, 1], [2, 32])!);
    }

    private static void Compare(Gen<(long[] Shape, long[] Strides)> layouts) =>
        (from layout in layouts
         from newShape in Reshaped(Count(layout.Shape))
         select (layout.Shape, layout.Strides, newShape)).Sample(
            (shape, strides, newShape) =>
            {
                var offsets = Offsets(shape, strides);
                var found = Layout.TryView(shape, strides, newShape);

                Assert.Equal(Fits(offsets, newShape), found is not null);
                if (found is not null)
                    Assert.Equal(offsets, Offsets(newShape, found));
            },
            iter: 10_000);

    /// <summary>All prime factors of a count, dealt out to one to five dimensions.</summary>
    private static Gen<long[]> Reshaped(long count) =>
        from rank in Gen.Int[1, 5]
        from places in Gen.Int[0, rank - 1].Array[8]
        select Dealt(count, rank, places);

    private static long[] Dealt(long count, int rank, int[] places)
    {
        var shape = Enumerable.Repeat(1L, rank).ToArray();
        var next = 0;
        for (var factor = 2L; count > 1;)
        {
            if (count % factor != 0)
            {
                factor++;
                continue;
            }
            shape[places[next++]] *= factor;
            count /= factor;
        }
        return shape;
    }

    private static (long[], long[]) Moved(long[] shape, (int A, int B, bool Narrows)[] moves)
    {
        var strides = new long[shape.Length];
        for (var i = 0; i < shape.Length; i++)
            strides[i] = Count(shape.AsSpan(i + 1));
        foreach (var (i, j, narrows) in moves)
        {
            var (a, b) = (i % shape.Length, j % shape.Length);
            if (narrows)
            {
                shape[a] = (shape[a] + 1) / 2;
                continue;
            }
            (shape[a], shape[b]) = (shape[b], shape[a]);
            (strides[a], strides[b]) = (strides[b], strides[a]);
        }
        return (shape, strides);
    }

    private static long Count(ReadOnlySpan<long> shape)
    {
        var count = 1L;
        foreach (var n in shape)
            count *= n;
        return count;
    }

    /// <summary>Where each element lies, in row-major order.</summary>
    private static long[] Offsets(long[] shape, long[] strides)
    {
        IEnumerable<long> offsets = [0];
        for (var i = 0; i < shape.Length; i++)
        {
            var (size, stride) = ((int)shape[i], strides[i]);
            offsets = offsets.SelectMany(o => Enumerable.Range(0, size).Select(k => o + (k * stride)));
        }
        return [.. offsets];
    }

    /// <summary>The step along each dimension can be read off; strides exist where these steps reach every element.</summary>
    private static bool Fits(long[] offsets, long[] shape)
    {
        var steps = new long[shape.Length];
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] > 1)
                steps[i] = offsets[Count(shape.AsSpan(i + 1))];
        }
        return offsets.SequenceEqual(Offsets(shape, steps));
    }
}
