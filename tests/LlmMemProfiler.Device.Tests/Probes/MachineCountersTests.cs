using System.Diagnostics;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Tests.Probes;

public sealed class MachineCountersTests : IDisposable
{
    private readonly FakeRoot root = new();

    public void Dispose() => root.Dispose();

    /// <summary>
    /// Of 400 ticks of four processors, others had 100 (user 40, nice 10, system 30, irq 5, softirq 15), a hypervisor 20; the rest was
    /// idle, or waited for a disk. Times for which somebody waited are held to the clock, by which next to nothing has passed here.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Shares_are_of_all_processors_or_of_the_time(bool isFirstVersion)
    {
        if (isFirstVersion)
            root.Separate("cpu", "/jobs/7");
        else
            root.Unified("/jobs/7");
        Write(stat: "1000 100 500 9000 50 7 8 60 11 12", waited: 5_000_000, throttled: 10_000_000, stalled: 77);
        var before = MachineCounters.Read(root.Path);
        Write(stat: "1040 110 530 9260 70 12 23 80 99 98", waited: 1_000_000_005_000_000, throttled: 2_000_010_000_000, stalled: 3_000_000_077);
        var window = MachineCounters.Read(root.Path).Since(before);
        Assert.Equal(3.25, window.Load);
        // What this process did itself, while the test ran, is less than a tick or two.
        Assert.InRange(window.Others!.Value, 0.24 - 0.05, 0.25);
        Assert.Equal(0.05, window.Stolen);
        Assert.Equal((1, 1, 1), (window.Waited, window.Throttled, window.MemoryStalled));

        void Write(string stat, long waited, long throttled, long stalled)
        {
            root.Write("proc/stat", $"cpu  {stat}\ncpu0 1 2 3\n");
            root.Write("proc/loadavg", "3.25 2.5 1.75 2/345 6789\n");
            root.Write("proc/thread-self/schedstat", $"123456 {waited} 17\n");
            root.Write($"sys/fs/cgroup/{(isFirstVersion ? "cpu/" : "")}jobs/7/cpu.stat", isFirstVersion
                ? $"nr_periods 5\nnr_throttled 2\nthrottled_time {throttled}\n"
                : $"usage_usec 1\nnr_periods 5\nnr_throttled 2\nthrottled_usec {throttled / 1000}\n");
            root.Write("proc/pressure/memory", $"some avg10=1.00 avg60=0.50 avg300=0.25 total={stalled}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1\n");
        }
    }

    [Fact]
    public void What_the_kernel_does_not_say_is_null()
    {
        var window = MachineCounters.Read(root.Path).Since(MachineCounters.Read(root.Path));
        Assert.Equal(new ActivityWindow(window.Seconds, null, null, null, null, null, null), window);
    }

    /// <summary>As many processes as processors, each of which never rests.</summary>
    [Fact]
    public async Task Others_that_are_busy_are_seen()
    {
        var before = MachineCounters.Read();
        var others = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Process.Start("sh", ["-c", "while :; do :; done"])!).ToList();
        try
        {
            await Task.Delay(1000, TestContext.Current.CancellationToken);
            var window = MachineCounters.Read().Since(before);
            Assert.True(window.Others > 0.1, window.ToString());
        }
        finally
        {
            foreach (var other in others)
            {
                other.Kill();
                other.Dispose();
            }
        }
    }
}
