using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Tests.Probes;

public class DeviceSamplerTests
{
    [Fact]
    public void The_highest_level_is_kept()
    {
        var probe = new FakeProbe(5, 70, 20, null, 60);
        using var sampler = new DeviceSampler(probe, TimeSpan.FromTicks(1));
        sampler.Start();
        probe.WaitUntilRead();
        sampler.Stop();
        Assert.Equal(new ByteSize(70), sampler.Maximum);
        Assert.True(sampler.Count >= 5);
    }

    [Fact]
    public void A_probe_that_tells_nothing_gives_nothing()
    {
        var probe = new FakeProbe(null, null);
        using var sampler = new DeviceSampler(probe, TimeSpan.FromTicks(1));
        sampler.Start();
        probe.WaitUntilRead();
        sampler.Stop();
        Assert.Null(sampler.Maximum);
        Assert.Null(sampler.Fault);
    }

    [Fact]
    public void A_last_sample_is_taken_at_the_end()
    {
        var probe = new FakeProbe(7);
        using var sampler = new DeviceSampler(probe, TimeSpan.FromHours(1));
        sampler.Start();
        sampler.Stop();
        Assert.Equal(new ByteSize(7), sampler.Maximum);
        Assert.Equal(1, sampler.Count);
    }

    [Fact]
    public void A_probe_that_fails_ends_the_sampling_and_not_the_process()
    {
        var probe = new FakeProbe(9) { Fails = true };
        using var sampler = new DeviceSampler(probe, TimeSpan.FromTicks(1));
        sampler.Start();
        sampler.Stop();
        Assert.IsType<IOException>(sampler.Fault);
    }

    private sealed class FakeProbe(params long?[] levels) : IDeviceProbe
    {
        private readonly ManualResetEventSlim read = new();
        private int next;

        public bool Fails { get; init; }

        public DeviceReading Read()
        {
            if (Fails)
                throw new IOException("gone");
            var level = levels[Math.Min(next++, levels.Length - 1)];
            if (next >= levels.Length)
                read.Set();
            return new(level is { } bytes ? new ByteSize(bytes) : null, null, level is null ? "unknown" : null);
        }

        public void WaitUntilRead() => Assert.True(read.Wait(TimeSpan.FromMinutes(2)), "the probe is not read");

        public void Dispose() => read.Dispose();
    }
}
