using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Tests.Probes;

/// <summary>The bindings against a fake NVML, whose structures the C compiler laid out.</summary>
public class NvmlTests
{
    private const string First = "GPU-f0112233-4455-6677-8899-aabbccddeeff";

    [Fact]
    public void A_machine_without_NVML_gives_null_and_a_reason_that_names_the_library()
    {
        Assert.Null(Nvml.TryLoad(out var reason, "libnvidia-ml-that-nobody-has.so.1"));
        Assert.StartsWith("libnvidia-ml-that-nobody-has.so.1 not found", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_start_gives_null_and_the_code()
    {
        using var fake = FakeNvml.Build("INIT_CODE=9");
        Assert.Null(Nvml.TryLoad(out var reason, fake.Library));
        Assert.Contains("nvmlInit_v2 failed with 9 (Some Error)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reserve_is_told_apart_from_what_is_used()
    {
        using var fake = FakeNvml.Build();
        using var nvml = Load(fake);
        Assert.Equal("570.86.15", nvml.DriverVersion);
        Assert.Equal(
            new(new(85_520_809_984), new ByteSize(577_852_800), new(5_000_000_001)), nvml.Memory(nvml.Device(First)));
    }

    [Theory]
    [InlineData("NO_MEMORY_V2")]
    [InlineData("V2_CODE=13")]
    public void An_older_driver_does_not_tell_the_reserve(string lack)
    {
        using var fake = FakeNvml.Build(lack);
        using var nvml = Load(fake);
        Assert.Equal(new(new(85_520_809_984), null, new(5_577_852_801)), nvml.Memory(nvml.Device(First)));
    }

    [Theory]
    [InlineData("PROCESSES=3", 3)]
    [InlineData("PROCESSES=200", 200)]
    [InlineData("PROCESSES=1", 1, "WIDE_PROCESSES")]
    [InlineData("PROCESSES=64", 64, "WIDE_PROCESSES")]
    [InlineData("PROCESSES=200", 200, "WIDE_PROCESSES")]
    public void Every_process_is_told_however_many_there_are_and_however_wide_their_entries(string define, int count, params string[] width)
    {
        using var fake = FakeNvml.Build([define, .. width]);
        using var nvml = Load(fake);
        var processes = nvml.Processes(nvml.Device(First));
        Assert.Equal(count, processes.Count);
        Assert.Equal(Enumerable.Range(0, count - 1).Select(i => new NvmlProcess((uint)(4_000_000_000 + i), new ByteSize(111))), processes.SkipLast(1));
        Assert.Equal(new((uint)Environment.ProcessId, new ByteSize(750_000_003)), processes[^1]);
    }

    [Fact]
    public void What_the_driver_will_not_tell_of_a_process_is_null()
    {
        using var fake = FakeNvml.Build("OWN_BYTES=0xffffffffffffffffull", "NO_PROCESSES_V3");
        using var nvml = Load(fake);
        Assert.Null(nvml.Processes(nvml.Device(First))[^1].Used);
    }

    [Fact]
    public void A_refusal_names_the_call()
    {
        using var fake = FakeNvml.Build("PROCESSES_CODE=3");
        using var nvml = Load(fake);
        var error = Assert.Throws<DeviceException>(() => nvml.Processes(nvml.Device(First)));
        Assert.Contains("nvmlDeviceGetComputeRunningProcesses failed with 3 (Not Supported)", error.Message, StringComparison.Ordinal);
        Assert.Throws<DeviceException>(() => nvml.Device("GPU-0"));
    }

    private static Nvml Load(FakeLibrary fake)
    {
        var nvml = Nvml.TryLoad(out var reason, fake.Library);
        Assert.True(nvml is not null, reason);
        return nvml;
    }
}
