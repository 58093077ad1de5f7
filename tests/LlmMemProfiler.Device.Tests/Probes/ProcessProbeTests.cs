using System.Runtime.InteropServices;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Tests.Probes;

public class ProcessProbeTests
{
    [Fact]
    public void Resident_set_and_peak_are_the_kernels_lines_in_bytes()
    {
        var reading = ProcessProbe.Parse("Name:\tllmmem\nVmPeak:\t  999 kB\nVmHWM:\t  2048 kB\nVmRSS:\t   1024 kB\n");
        Assert.Equal(new(new ByteSize(1 << 20), new ByteSize(2 << 20), null), reading);
    }

    [Theory]
    [InlineData("")]
    [InlineData("VmRSS:\t  kB")]
    [InlineData("VmRSS:\t -5 kB")]
    [InlineData("VmRSS:\t 12 MB")]
    [InlineData("VmRSS:\t 99999999999999999999 kB")]
    [InlineData("VmRSSX:\t 12 kB")]
    public void What_is_no_number_is_unknown_with_a_reason_and_never_zero(string status)
    {
        var reading = ProcessProbe.Parse(status);
        Assert.Null(reading.Used);
        Assert.Contains("VmRSS", reading.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public unsafe void Touched_memory_shows_and_the_peak_stays_when_it_is_given_back()
    {
        const int size = 256 << 20;
        // What other tests left is given back now, and not little by little in between.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var probe = new ProcessProbe();
        var before = probe.Read();
        var memory = (byte*)NativeMemory.Alloc(size);
        new Span<byte>(memory, size).Fill(1);
        var during = probe.Read();
        NativeMemory.Free(memory);
        var after = probe.Read();
        Assert.InRange((during.Used!.Value - before.Used!.Value).Bytes, size * 9L / 10, size * 12L / 10);
        // The kernel's counters are kept by processor and added up with some delay.
        var slack = new ByteSize(ByteSize.MiB);
        Assert.True(after.Peak + slack >= during.Used, $"peak {after.Peak}, before it {during.Used}");
        Assert.True(after.Used < during.Used);
    }
}
