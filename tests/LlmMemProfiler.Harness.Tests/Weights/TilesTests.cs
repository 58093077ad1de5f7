using LlmMemProfiler.Harness.Weights;

namespace LlmMemProfiler.Harness.Tests.Weights;

public class TilesTests
{
    /// <summary>Two matrices of 40 x 5; tiles of a part of a row, of a row, of some, and of all.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(90)]
    [InlineData(1000)]
    public void Each_element_is_in_one_tile_and_its_place_when_transposed_is_right(int most)
    {
        var tiles = new Tiles([2, 40, 5], most);
        var seen = new int[2 * 40 * 5];
        for (var t = 0L; t < tiles.Count; t++)
        {
            var tile = tiles[t];
            Assert.InRange(tile.Elements, 1, most);
            for (var i = 0; i < tile.Elements; i++)
            {
                var place = (int)tiles.First(tile) + i;
                seen[place]++;
                var (matrix, row, column) = (place / 200, place / 5 % 40, place % 5);
                Assert.Equal((matrix * 200) + (column * 40) + row, tiles.Transposed(tile, i % tile.Columns) + (i / tile.Columns));
            }
        }
        Assert.All(seen, times => Assert.Equal(1, times));
    }
}
