using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Outside;

/// <summary>Which row of a projection comes where in llama.cpp's file.</summary>
/// <param name="attention">The attention.</param>
/// <param name="isInTurn">True if an element of a head's first half is followed by its partner of the second, which it is rotated with.</param>
internal sealed class GgufRows(Attention attention, bool isInTurn)
{
    private readonly int group = attention.Heads / attention.KvHeads;

    public int[] Queries => Rows(attention.Heads, isInTurn, head => attention.Layout == ProjectionLayout.FusedByGroup
        ? (head / group * (group + 2)) + (head % group)
        : head);

    public int[] Keys => Rows(attention.KvHeads, isInTurn, head => Other(head, 0));

    public int[] Values => Rows(attention.KvHeads, isInTurn: false, head => Other(head, 1));

    /// <summary>The place of a key or a value among the heads of its projection.</summary>
    private int Other(int head, int which) => attention.Layout switch
    {
        ProjectionLayout.FusedByGroup => (head * (group + 2)) + group + which,
        ProjectionLayout.Fused => attention.Heads + (which * attention.KvHeads) + head,
        _ => head,
    };

    private int[] Rows(int heads, bool isInTurn, Func<int, int> place)
    {
        var half = attention.HeadDim / 2;
        return
        [
            .. from head in Enumerable.Range(0, heads)
               from element in Enumerable.Range(0, attention.HeadDim)
               select (place(head) * attention.HeadDim) + (isInTurn ? (element / 2) + (element % 2 * half) : element),
        ];
    }
}
