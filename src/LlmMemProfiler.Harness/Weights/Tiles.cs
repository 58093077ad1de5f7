namespace LlmMemProfiler.Harness.Weights;

/// <summary>Rectangles that cover the matrices of a tensor [..., rows, columns]; each is contiguous: whole rows, or a part of one.</summary>
internal sealed class Tiles
{
    private const int Line = 16;

    private readonly long rows, columns, acrossRow, downMatrix;
    private readonly int tileRows, tileColumns;

    /// <param name="shape">Of the tensor.</param>
    /// <param name="elements">The most elements of a tile.</param>
    public Tiles(IReadOnlyList<long> shape, int elements)
    {
        (rows, columns) = shape.Count > 1 ? (shape[^2], shape[^1]) : (1, shape[^1]);
        tileColumns = (int)Math.Min(columns, elements);
        tileRows = tileColumns < columns ? 1 : (int)Math.Min(rows, Whole(elements / tileColumns));
        (acrossRow, downMatrix) = ((columns + tileColumns - 1) / tileColumns, (rows + tileRows - 1) / tileRows);
        Count = shape.SkipLast(2).Aggregate(acrossRow * downMatrix, (product, n) => checked(product * n));
    }

    /// <summary>Transposed, the rows of a tile lie side by side: a multiple of these fills whole cache lines, which no other tile writes to.</summary>
    private static long Whole(long rows) => rows > Line ? rows - (rows % Line) : Math.Max(1, rows);

    public long Count { get; }

    /// <summary>Of a matrix.</summary>
    public long Rows => rows;

    public Tile this[long index]
    {
        get
        {
            var (row, column) = (index / acrossRow % downMatrix * tileRows, index % acrossRow * tileColumns);
            return new(index / acrossRow / downMatrix, row, column, (int)Math.Min(tileRows, rows - row), (int)Math.Min(tileColumns, columns - column));
        }
    }

    /// <summary>Index of a tile's first element.</summary>
    public long First(Tile tile) => (((tile.Matrix * rows) + tile.FirstRow) * columns) + tile.FirstColumn;

    /// <summary>Index of the first element of a tile's column in the transposed tensor, where the column's elements lie side by side.</summary>
    public long Transposed(Tile tile, int column) => (((tile.Matrix * columns) + tile.FirstColumn + column) * rows) + tile.FirstRow;
}

/// <summary>A rectangle of a matrix.</summary>
/// <param name="Matrix">Which.</param>
/// <param name="FirstRow">Where it begins.</param>
/// <param name="FirstColumn">Where it begins.</param>
/// <param name="Rows">How many it has.</param>
/// <param name="Columns">How many it has.</param>
internal readonly record struct Tile(long Matrix, long FirstRow, long FirstColumn, int Rows, int Columns)
{
    public int Elements => Rows * Columns;
}
