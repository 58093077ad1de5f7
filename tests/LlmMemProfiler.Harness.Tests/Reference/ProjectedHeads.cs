using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>Makes queries, keys and values of the hidden state, and takes them apart.</summary>
internal static class ProjectedHeads
{
    /// <param name="attention">The attention.</param>
    /// <param name="projected">Outputs of its projections, [positions][width] each.</param>
    /// <returns>All queries, keys and values of a position in a row, as wide as the heads together; keys and values null where another layer has them.</returns>
    public static (double[][] Queries, double[][]? Keys, double[][]? Values) Of(Attention attention, double[][][] projected)
    {
        var (queries, keys) = ((int)attention.QueryWidth, (int)attention.KvWidth);
        return attention.Layout switch
        {
            ProjectionLayout.Separate => (projected[0], projected[1], projected[2]),
            ProjectionLayout.SharedKeyValue => (projected[0], projected[1], projected[1]),
            ProjectionLayout.QueriesOnly => (projected[0], null, null),
            ProjectionLayout.QueriesThenKeyValue => (projected[0], projected[1].Columns(0, keys), projected[1].Columns(keys, keys)),
            ProjectionLayout.Fused => (projected[0].Columns(0, queries), projected[0].Columns(queries, keys), projected[0].Columns(queries + keys, keys)),
            ProjectionLayout.FusedByGroup => ByGroup(attention, projected[0]),
            ProjectionLayout.FusedInFours => InFours(projected[0], queries / 4),
            _ => throw new ArgumentOutOfRangeException(nameof(attention), attention.Layout, "not a layout"),
        };
    }

    /// <summary>As many queries as a group has, one key, one value; then those of the next group.</summary>
    private static (double[][] Queries, double[][] Keys, double[][] Values) ByGroup(Attention attention, double[][] rows)
    {
        var (group, width) = (attention.Heads / attention.KvHeads, attention.HeadDim);
        return (Those(head => head < group), Those(head => head == group), Those(head => head == group + 1));

        double[][] Those(Func<int, bool> isWanted) =>
            [.. rows.Select(row => row.Chunk(width).Where((_, head) => isWanted(head % (group + 2))).SelectMany(head => head).ToArray())];
    }

    /// <summary>A quarter of the queries, of the values, of the keys; then the next quarter.</summary>
    private static (double[][] Queries, double[][] Keys, double[][] Values) InFours(double[][] rows, int quarter)
    {
        return (Those(0), Those(2), Those(1));

        double[][] Those(int which) =>
            [.. rows.Select(row => row.Chunk(quarter).Where((_, part) => part % 3 == which).SelectMany(part => part).ToArray())];
    }
}
