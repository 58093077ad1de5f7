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
    public void A_folder_that_cannot_be_written_is_another_matter()
    {
        var message = Assert.ThrowsAny<InputException>(() => SweepReservation.Acquire(folder.With("file", ""), "a")).Message;
        Assert.Contains("expected a writable folder", message, StringComparison.Ordinal);
    }
}
