using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Core.Tests.Allocation;

public class TagCursorTests
{
    private readonly TagCursor cursor = new();

    [Fact]
    public void A_cursor_starts_before_everything_with_activations_as_owner() => Assert.Equal(
        (Phase.Init, 0, null, Part.Activations, Operation.None),
        (cursor.Current.Phase, cursor.Current.Step, cursor.Current.Layer, cursor.Current.Part, cursor.Current.Operation));

    [Fact]
    public void Phase_step_and_layer_show_as_soon_as_they_are_set()
    {
        cursor.Enter(Phase.Decode, 12);
        cursor.EnterLayer(3);

        Assert.Equal((Phase.Decode, 12, 3), (cursor.Current.Phase, cursor.Current.Step, cursor.Current.Layer));
        Assert.Equal(3, cursor.Current.Layer);
    }

    [Fact]
    public void A_new_phase_stands_in_no_layer()
    {
        cursor.EnterLayer(3);
        cursor.Enter(Phase.Prefill);

        Assert.Null(cursor.Current.Layer);
        Assert.Null(cursor.Current.Layer);
    }

    [Fact]
    public void Neighbouring_stretches_always_differ_in_their_sequence_even_where_it_starts_again()
    {
        var before = cursor.Current.Sequence;
        for (var i = 0; i < (1 << 19) + 10; i++)
        {
            var operation = cursor.Begin(Operation.Linear);
            var within = cursor.Current.Sequence;
            operation.Dispose();
            var after = cursor.Current.Sequence;
            if (before == within || within == after)
                Assert.Fail($"operation {i}: {before}, {within}, {after}");
            before = after;
        }
        // It did start again: two changes an operation.
        Assert.Equal(20, cursor.Current.Sequence);
    }

    [Fact]
    public void An_operation_shows_until_it_ends()
    {
        using (cursor.Begin(Operation.Softmax))
            Assert.Equal(Operation.Softmax, cursor.Current.Operation);

        Assert.Equal(Operation.None, cursor.Current.Operation);
    }

    [Fact]
    public void Owners_nest_and_give_back_the_one_before()
    {
        using (cursor.Owner(Part.Logits))
        {
            using (cursor.Owner(Part.Workspace))
                Assert.Equal(Part.Workspace, cursor.Current.Part);
            Assert.Equal(Part.Logits, cursor.Current.Part);
            using (cursor.Begin(Operation.Linear))
                Assert.Equal(Part.Logits, cursor.Current.Part);
        }
        Assert.Equal(Part.Activations, cursor.Current.Part);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(Tag.MaximumSteps)]
    public void A_step_that_a_tag_cannot_hold_is_refused(int step) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => cursor.Enter(Phase.Decode, step));

    [Fact]
    public void The_largest_step_is_held()
    {
        cursor.Enter(Phase.Decode, Tag.MaximumSteps - 1);

        Assert.Equal((Phase.Decode, Tag.MaximumSteps - 1), (cursor.Current.Phase, cursor.Current.Step));
    }

    [Fact]
    public void Native_code_reads_the_current_tag_at_an_address_that_never_moves()
    {
        // Garbage lies all around, so that a compacting collection would move what is not pinned.
        var garbage = Enumerable.Range(0, 10_000).Select(_ => new byte[100]).ToList();
        var moving = new TagCursor();
        garbage.AddRange(Enumerable.Range(0, 10_000).Select(_ => new byte[100]));
        var address = Address(moving);
        garbage.Clear();

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        using var operation = moving.Begin(Operation.ArgMax);

        Assert.Equal(address, Address(moving));
        Assert.Equal(moving.Current.Packed, (ulong)Marshal.ReadInt64(address));
        Assert.Equal(Operation.ArgMax, new Tag((ulong)Marshal.ReadInt64(address)).Operation);
    }

    private static nint Address(TagCursor cursor) => Unsafe.ByteOffset(ref Unsafe.NullRef<ulong>(), ref cursor.Cell);
}
