using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Harness.Tests;

[assembly: AssemblyFixture(typeof(TorchFixture))]
// One process has one libtorch, and one hook at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace LlmMemProfiler.Harness.Tests;

/// <summary>libtorch, loaded once for all tests.</summary>
public sealed class TorchFixture
{
    public LibTorchLibrary Library { get; } = LibTorchLibrary.Load();
}
