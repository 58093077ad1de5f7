using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Accounts;

public class MemoryAccountTests
{
    [Fact]
    public void The_total_is_the_sum_of_the_known_parts()
    {
        var account = new MemoryAccount((Part.Weights, new(100)), (Part.Residual, new(-30)));

        Assert.Equal(new(70), account.Total);
        Assert.Equal(account.Total.Bytes, account.Known.Sum(p => p.Size.Bytes));
    }

    [Fact]
    public void An_unknown_part_is_absent_and_a_zero_is_known()
    {
        var account = new MemoryAccount((Part.Logits, ByteSize.Zero));

        Assert.Null(account[Part.Context]);
        Assert.Equal(ByteSize.Zero, account[Part.Logits]);
    }

    [Fact]
    public void A_part_stands_once_in_an_account()
    {
        var account = new MemoryAccount((Part.Weights, new(1)));

        Assert.Throws<ArgumentException>(() => account.With((Part.Weights, new(2))));
    }

    [Fact]
    public void Further_parts_leave_the_account_before_as_it_was()
    {
        var before = new MemoryAccount((Part.Weights, new(1)));
        var after = before.With((Part.Overhead, new(2)));

        Assert.Equal((new ByteSize(1), new ByteSize(3)), (before.Total, after.Total));
        Assert.Null(before[Part.Overhead]);
    }

    [Fact]
    public void The_owners_are_the_first_six_parts_in_order()
    {
        var account = MemoryAccount.OfOwners([1, 2, 3, 4, 5, 6]);

        Part[] owners = [Part.Weights, Part.KvCache, Part.Activations, Part.Logits, Part.Inputs, Part.Workspace];
        Assert.Equal(owners.Select((part, i) => (part, new ByteSize(i + 1))), account.Known);
    }

    [Fact]
    public void Other_than_six_numbers_are_no_owners() =>
        Assert.Throws<ArgumentException>(() => MemoryAccount.OfOwners([1, 2, 3]));

    [Fact]
    public void A_total_beyond_64_bits_throws() =>
        Assert.Throws<OverflowException>(() => new MemoryAccount((Part.Weights, new(long.MaxValue)), (Part.Logits, new(1))));
}
