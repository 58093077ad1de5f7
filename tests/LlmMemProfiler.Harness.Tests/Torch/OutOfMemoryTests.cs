using System.Runtime.InteropServices;
using LlmMemProfiler.Harness.Torch;

namespace LlmMemProfiler.Harness.Tests.Torch;

public class OutOfMemoryTests
{
    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.19 GiB of which 1.5 GiB is free.")]
    [InlineData("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 549755813888 bytes.")]
    [InlineData("CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported")]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")]
    [InlineData("cuDNN Frontend error: CUDNN_STATUS_ALLOC_FAILED")]
    public void Whoever_says_it_memory_ran_out(string message)
    {
        Assert.True(TorchOutOfMemory.Is(new NativeFault(message)));
        Assert.DoesNotContain('\n', TorchOutOfMemory.Message(message));
    }

    [Fact]
    public void Other_faults_are_none()
    {
        Assert.False(TorchOutOfMemory.Is(new NativeFault("CUDA error: an illegal memory access was encountered")));
        Assert.False(TorchOutOfMemory.Is(new InvalidOperationException("CUDA out of memory")));
    }

    /// <summary>As TorchSharp throws what a C++ exception said.</summary>
    private sealed class NativeFault(string message) : ExternalException(message);
}
