using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Tests.Probes;

/// <summary>The bindings against a fake driver; what a real one says is seen on a GPU box only.</summary>
public class CudaDriverTests
{
    [Fact]
    public void A_machine_without_the_driver_gives_null_and_a_reason_that_names_the_library()
    {
        Assert.Null(CudaDriver.TryLoad(out var reason, "libcuda-that-nobody-has.so.1"));
        Assert.StartsWith("libcuda-that-nobody-has.so.1 not found", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_GPU_is_described_as_the_driver_tells()
    {
        using var fake = new FakeLibrary(FakeCuda.Source);
        var driver = Load(fake);
        Assert.Equal("12.8", driver.Version);
        Assert.Equal(
            [
                new(0, 100, "Fake H100", "GPU-f0112233-4455-6677-8899-aabbccddeeff", new(85_029_158_912), "9.0", 132),
                new(1, 101, "Fake A2000", "GPU-f1112233-4455-6677-8899-aabbccddeeff", new(6_442_450_944), "8.6", 26),
            ],
            driver.Gpus());
    }

    [Fact]
    public void Limits_and_caches_are_as_the_driver_tells_and_null_where_it_does_not()
    {
        using var fake = new FakeLibrary(FakeCuda.Source);
        using var older = new FakeLibrary(FakeCuda.Source, "NO_PROPERTIES");
        var (driver, silent) = (Load(fake), Load(older));

        Assert.Equal(
            [
                new(2048, 65_536, new(233_472), new(232_448), new(52_428_800), true, false),
                new(1536, 65_536, new(102_400), new(101_376), new(3_145_728), false, false),
            ],
            driver.Gpus().Select(driver.Properties));
        Assert.Equal(new(null, null, null, null, null, null, false), silent.Properties(silent.Gpus()[0]));
    }

    [Fact]
    public void An_older_driver_tells_the_UUID_by_its_first_function()
    {
        using var fake = new FakeLibrary(FakeCuda.Source, "NO_UUID_V2");
        Assert.StartsWith("GPU-10112233", Load(fake).Gpus()[0].Uuid, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_is_read_in_the_primary_context()
    {
        using var fake = new FakeLibrary(FakeCuda.Source);
        var driver = Load(fake);
        var gpu = driver.Gpus()[1];
        var context = driver.RetainPrimary(gpu);
        var (free, total) = driver.Memory(context);
        Assert.Equal(new ByteSize(123_456_789), total - free);
        driver.ReleasePrimary(gpu);
        var error = Assert.Throws<DeviceException>(() => driver.Memory(context));
        Assert.Contains("cuMemGetInfo_v2 failed with 201 (invalid device context)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NO_MEMINFO", "has no cuMemGetInfo_v2")]
    [InlineData("INIT_CODE=100", "cuInit failed with 100 (no CUDA-capable device is detected)")]
    public void A_driver_that_lacks_or_refuses_something_is_absent_with_that_reason(string define, string words)
    {
        using var fake = new FakeLibrary(FakeCuda.Source, define);
        Assert.Null(CudaDriver.TryLoad(out var reason, fake.Library));
        Assert.Contains(words, reason, StringComparison.Ordinal);
    }

    private static CudaDriver Load(FakeLibrary fake)
    {
        var driver = CudaDriver.TryLoad(out var reason, fake.Library);
        Assert.True(driver is not null, reason);
        return driver;
    }
}
