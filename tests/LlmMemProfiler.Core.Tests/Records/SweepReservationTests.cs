using LlmMemProfiler.Core.Records;

namespace LlmMemProfiler.Core.Tests.Records;

public sealed class SweepReservationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void One_at_a_time_holds_it_and_nothing_is_left_of_it()
    {
        using (SweepReservation.Acquire(folder.Path, "a"))
        {
            var message = Assert.ThrowsAny<InputException>(() => SweepReservation.Acquire(folder.Path, "a")).Message;
            Assert.Contains("another sweep", message, StringComparison.Ordinal);
            // Shares have files of their own.
            SweepReservation.Acquire(folder.Path, "b").Dispose();
        }
        SweepReservation.Acquire(folder.Path, "a").Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Who_holds_what_can_be_asked_and_what_a_killed_sweep_left_is_held_by_nobody()
    {
        folder.With("left.lock", "");
        using (SweepReservation.Acquire(folder.Path, "a"))
            Assert.Equal(["a"], SweepReservation.HeldIn(folder.Path));
        Assert.Empty(SweepReservation.HeldIn(folder.Path));
    }

    /// <summary>A sweep that starts where a killed one left its lock is not refused because another one looks at that moment.</summary>
    [Fact]
    public async Task To_ask_refuses_nobody()
    {
        using var done = new CancellationTokenSource();
        var asking = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
                Assert.InRange(SweepReservation.HeldIn(folder.Path).Count(), 0, 1);
        }, TestContext.Current.CancellationToken)).ToArray();
        try
        {
            for (var i = 0; i < 6_000; i++)
            {
                folder.With("a.lock", "");
                SweepReservation.Acquire(folder.Path, "a").Dispose();
            }
        }
        finally
        {
            await done.CancelAsync();
            await Task.WhenAll(asking);
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_another_matter()
    {
        var message = Assert.ThrowsAny<InputException>(() => SweepReservation.Acquire(folder.With("file", ""), "a")).Message;
        Assert.Contains("expected a writable folder", message, StringComparison.Ordinal);
    }
}
