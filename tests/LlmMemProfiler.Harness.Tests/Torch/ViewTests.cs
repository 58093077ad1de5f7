using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Shapes;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Torch;
using TorchSharp;

namespace LlmMemProfiler.Harness.Tests.Torch;

/// <summary>The rules of views, held to libtorch on random shapes: what it views and what it copies, and with which strides.</summary>
public class ViewTests(TorchFixture fixture)
{
    private const int Tries = 1000;

    [Fact]
    public void A_view_exists_exactly_where_libtorch_makes_one_and_has_its_strides()
    {
        Assert.NotNull(fixture.Library);
        var random = new Random(13);
        var (views, copies) = (0, 0);
        for (var i = 0; i < Tries; i++)
        {
            using var scope = torch.NewDisposeScope();
            var x = Moved(torch.empty(Shape(random, random.Next(1, 5)), torch.float16), random);
            var shape = Dealt(x.numel(), random);
            var found = Layout.TryView(x.shape, x.stride(), shape);
            var expected = TryView(x, shape);

            Assert.True(
                expected is null == found is null && (found is null || found.SequenceEqual(expected!)),
                $"[{string.Join(", ", x.shape)}] with strides [{string.Join(", ", x.stride())}] as [{string.Join(", ", shape)}]: " +
                $"predicted {Text(found)}, libtorch {Text(expected)}");
            _ = expected is null ? copies++ : views++;
        }
        Assert.True(views > Tries / 10 && copies > Tries / 10, $"{views} views and {copies} copies");
    }

    [Fact]
    public void Repeated_heads_are_copied_where_libtorch_copies_them()
    {
        Assert.NotNull(fixture.Library);
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            using var scope = torch.NewDisposeScope();
            var (batch, heads, length, headDim, times) = (random.Next(1, 4), random.Next(1, 4), random.Next(1, 5), random.Next(1, 4), random.Next(1, 4));
            var buffer = length + random.Next(0, 3);
            var torchOps = new TorchOps(new TagCursor(), torch.CPU);
            var place = torch.empty([batch, heads, buffer, headDim], torch.float16).narrow(2, 0, length);
            var shapeOps = new ShapeOps(new TagCursor(), new AllocationLedger());
            var shapes = shapeOps.Narrow(shapeOps.Zeros([batch, heads, buffer, headDim], DataType.Float16), 2, 0, length);

            var seen = torchOps.RepeatHeads(place, times);
            var predicted = shapeOps.RepeatHeads(shapes, times);

            Assert.Equal(seen.shape, predicted.Shape);
            Assert.Equal(seen.stride(), predicted.Strides);
        }
    }

    [Fact]
    public void Cast_heads_stay_token_major()
    {
        Assert.NotNull(fixture.Library);
        using var scope = torch.NewDisposeScope();
        var shapeOps = new ShapeOps(new TagCursor(), new AllocationLedger());
        foreach (var (heads, headDim, width) in ((int, int, int)[])[(3, 4, 12), (3, 4, 40)])
        {
            var rows = torch.empty([10, width], torch.float16);
            var torchOps = new TorchOps(new TagCursor(), torch.CPU);

            var seen = torchOps.Cast(torchOps.SplitHeads(rows, 2, new(0, heads, headDim)), DataType.Float32);
            var predicted = shapeOps.Cast(shapeOps.SplitHeads(shapeOps.Zeros([10, width], DataType.Float16), 2, new(0, heads, headDim)), DataType.Float32);

            Assert.Equal(seen.stride(), predicted.Strides);
        }
    }

    private static long[]? TryView(torch.Tensor x, long[] shape)
    {
        try
        {
            return x.view(shape).stride();
        }
        catch (Exception e) when (e.Message.Contains("view size is not compatible", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static long[] Shape(Random random, int rank) => [.. Enumerable.Range(0, rank).Select(_ => (long)random.Next(1, 5))];

    /// <summary>Transposed, narrowed and expanded at will.</summary>
    private static torch.Tensor Moved(torch.Tensor x, Random random)
    {
        for (var moves = random.Next(4); moves > 0; moves--)
        {
            var a = random.Next((int)x.dim());
            x = random.Next(4) switch
            {
                0 => x.narrow(a, 0, (x.shape[a] + 1) / 2),
                1 => x.unsqueeze(a).expand([.. x.shape[..a], random.Next(1, 4), .. x.shape[a..]]),
                _ => x.transpose(a, random.Next((int)x.dim())),
            };
        }
        return x;
    }

    /// <summary>Another shape of as many elements: prime factors dealt to one to five dimensions.</summary>
    private static long[] Dealt(long count, Random random)
    {
        var shape = Enumerable.Repeat(1L, random.Next(1, 6)).ToArray();
        for (var factor = 2L; count > 1; factor++)
        {
            for (; count % factor == 0; count /= factor)
                shape[random.Next(shape.Length)] *= factor;
        }
        return shape;
    }

    private static string Text(long[]? strides) => strides is null ? "a copy" : $"[{string.Join(", ", strides)}]";
}
