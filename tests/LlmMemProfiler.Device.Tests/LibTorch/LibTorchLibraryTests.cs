using LlmMemProfiler.Device.LibTorch;
using TorchSharp;

namespace LlmMemProfiler.Device.Tests.LibTorch;

public class LibTorchLibraryTests(TorchFixture fixture)
{
    [Fact]
    public void The_loaded_library_tells_its_own_version_and_not_the_wrappers_constant()
    {
        Assert.Matches(@"^\d+\.\d+\.\d+", fixture.Library.Version);
        Assert.Contains("PyTorch built with", fixture.Library.Configuration, StringComparison.Ordinal);
        Assert.NotNull(fixture.Library.CpuCapability);
        Assert.InRange(fixture.Library.Threads, 1, 4096);
    }

    [Fact]
    public void The_wrapper_computes_on_it()
    {
        using var a = torch.arange(6, dtype: torch.float32);
        using var sum = a.sum();
        Assert.Equal(15f, sum.item<float>());
    }

    [Fact]
    public void Loading_twice_gives_the_same_library() => Assert.Same(fixture.Library, LibTorchLibrary.Load());

    [Fact]
    public void The_original_wrapper_was_not_loaded()
    {
        var maps = File.ReadAllText("/proc/self/maps");
        Assert.Contains("memfd:libLibTorchSharp.so", maps, StringComparison.Ordinal);
        Assert.DoesNotContain("wrapper/libLibTorchSharp.so", maps, StringComparison.Ordinal);
    }
}
