using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Core.Shapes.Kernels.Cuda;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Tests.Records;

public class RecordedTargetTests
{
    private static readonly DeviceFacts Gpu = new(DeviceKind.Cuda, "NVIDIA H100 80GB HBM3", "GPU-1", new(80_000), "9.0", "580.82.07");

    private static readonly CudaFacts Cuda = new()
    {
        Multiprocessors = 132,
        Cudnn = 91_900,
        Attention = [],
        Levels = [new("context", new(500), null, null, new(0)), new("warm_up", new(1_900), null, null, new(1_100)), new("end", new(9_000), null, null, new(8_300))],
    };

    [Fact]
    public void A_CPUs_record_gives_its_kernels_and_threads()
    {
        var target = RecordedTarget.Of(new(DeviceKind.Cpu, "A processor", null, null, "AVX512", null), Host(), null);
        Assert.IsType<CpuKernels>(target.Kernels);
        Assert.Equal("cpu, 2 threads", target.Kernels.Name);
        Assert.Null(target.Allocator);
    }

    [Fact]
    public void A_GPUs_record_gives_its_kernels_allocator_and_what_the_driver_had_for_tensors()
    {
        var target = RecordedTarget.Of(Gpu, Host(("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")), Cuda);
        Assert.Equal("sm_90, 132 multiprocessors, libtorch 2.11.0", target.Kernels.Name);
        Assert.Equal(new() { ExpandableSegments = true, DeviceTotal = new(80_000), Capacity = new(80_000 - 800) }, target.Allocator);
    }

    [Theory]
    [InlineData(null, AttentionBackend.Cudnn)]
    [InlineData("1", AttentionBackend.Flash)]
    public void Its_variables_choose_the_attention(string? deprioritized, AttentionBackend backend)
    {
        var host = deprioritized is null ? Host() : Host(("TORCH_CUDNN_SDPA_DEPRIORITIZED", deprioritized));
        var kernels = Assert.IsType<CudaKernels>(RecordedTarget.Of(Gpu, host, Cuda).Kernels);
        Assert.Equal(backend, kernels.Backend(new(1, 8, 16, 16, 64, HasMask: false, Causal: true, DataType.Float16)));
    }

    [Fact]
    public void CUDAs_own_name_of_the_allocators_variable_counts_first()
    {
        var host = Host(("PYTORCH_ALLOC_CONF", "expandable_segments:True"), ("PYTORCH_CUDA_ALLOC_CONF", "max_split_size_mb:64"));
        Assert.Equal(new ByteSize(64 << 20), RecordedTarget.Of(Gpu, host, Cuda).Allocator!.MaxSplitSize);
        host = Host(("PYTORCH_ALLOC_CONF", "expandable_segments:True"), ("PYTORCH_HIP_ALLOC_CONF", ""));
        Assert.False(RecordedTarget.Of(Gpu, host, Cuda).Allocator!.ExpandableSegments);
        var error = Assert.ThrowsAny<InputException>(() => RecordedTarget.Of(Gpu, Host(("PYTORCH_ALLOC_CONF", "roundup_power2_divisions:3")), Cuda));
        Assert.StartsWith("PYTORCH_ALLOC_CONF contains 'roundup_power2_divisions:3'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The record's own libtorch reads them: 2.11 knows a large segment's size, 2.10 does not.</summary>
    [Fact]
    public void Options_are_those_of_the_release_that_was_measured()
    {
        var host = Host(("PYTORCH_CUDA_ALLOC_CONF", "large_segment_size_mb:64"));
        Assert.Equal(new ByteSize(64 << 20), RecordedTarget.Of(Gpu, host, Cuda).Allocator!.LargeSegmentSize);
        Assert.ThrowsAny<InputException>(() => RecordedTarget.Of(Gpu, host with { Libtorch = "2.10.0 (package)" }, Cuda));
    }

    [Fact]
    public void An_allocator_that_is_not_simulated_is_none_with_a_reason()
    {
        var target = RecordedTarget.Of(Gpu, Host(("PYTORCH_CUDA_ALLOC_CONF", "backend:cudaMallocAsync")), Cuda);
        Assert.Null(target.Allocator);
        Assert.Equal(("backend:cudaMallocAsync is not simulated", DeviceKind.Cuda), (target.NotSimulated, target.Kind));
    }

    [Fact]
    public void Where_no_level_is_known_the_allocator_has_no_bound() =>
        Assert.Null(RecordedTarget.Of(Gpu, Host(), Cuda with { Levels = [new("context", null, null, null, null)] }).Allocator!.Capacity);

    [Fact]
    public void A_virtual_GPUs_record_gives_all_of_its_memory_but_the_context_that_it_was_told()
    {
        var made = Cuda with { Levels = [], Virtual = new("h100", 1, new(500), 0, new(0)) };
        Assert.Equal(new ByteSize(79_500), RecordedTarget.Of(Gpu with { Kind = DeviceKind.Virtual }, Host(), made).Allocator!.Capacity);
        Assert.Empty(made.Unknown);
    }

    [Fact]
    public void What_the_drivers_total_leaves_open_is_said()
    {
        Assert.StartsWith("other processes on the GPU", Assert.Single(Cuda.Unknown), StringComparison.Ordinal);
        var seen = Cuda with { NvmlTotal = new(90_000) };
        Assert.StartsWith("memory of this process alone", Assert.Single(seen.Unknown), StringComparison.Ordinal);
        Assert.Empty((seen with { Levels = [new("end", new(1), new(1), new(1), null)] }).Unknown);
    }

    private static HostFacts Host(params (string Name, string Value)[] variables) => new(
        "Linux", "A processor", 4, 2, ".NET 10", "0.1.0", "0.107.0", "2.11.0 (--libtorch)", variables.ToDictionary(v => v.Name, v => v.Value));
}
