using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Device.Hook;

namespace LlmMemProfiler.Device.Tests.Hook;

public sealed class DeviceAllocatorTests(TorchFixture fixture)
{
    private const int Allocated = 4;
    private const int Reserved = 5;
    private const int Requested = 8;
    private const int Rest = 9;

    [Fact]
    public void Each_number_is_read_from_its_place()
    {
        using var allocator = Filled();
        var statistics = DeviceAllocator.TryOpen(allocator.Address, 1, out var reason);
        Assert.Null(reason);
        Assert.Equal(
            new AllocatorTotals(new(100), new(512), new(2 << 20)),
            statistics!.Read());
    }

    [Theory]
    [InlineData("N3c104cuda20CUDACachingAllocator11CudaMalloc20CudaMallocAsyncAllocatorE")]
    [InlineData("N5torch4cuda17CUDAPluggableAllocator22CUDAPluggableAllocatorE")]
    public void Another_allocator_is_not_asked(string name)
    {
        using var allocator = new FakeAllocator(name);
        Assert.Null(DeviceAllocator.TryOpen(allocator.Address, 1, out var reason));
        Assert.Contains(name, reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_allocator_that_would_throw_is_not_asked()
    {
        using var allocator = new FakeAllocator(isInitialized: false);
        Assert.Null(DeviceAllocator.TryOpen(allocator.Address, 1, out var reason));
        Assert.Contains("nothing has been allocated", reason, StringComparison.Ordinal);
        Assert.Null(DeviceAllocator.TryOpen(0, 1, out reason));
        Assert.Contains("no allocator", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Requested, 0, 513)]
    [InlineData(Allocated, 0, (2 << 20) + 1)]
    [InlineData(Reserved, 1, 1 << 20)]
    [InlineData(Rest, 0, -1)]
    [InlineData(Allocated, 0, -512)]
    public void Impossible_numbers_show_another_layout(int array, int index, long number)
    {
        using var allocator = Filled();
        allocator[array, index] = number;
        Assert.Null(DeviceAllocator.TryOpen(allocator.Address, 1, out var reason));
        Assert.Contains("uses another layout", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_libtorch_without_CUDA_has_no_such_allocator()
    {
        Assert.SkipWhen(fixture.Library.HasCuda, "this libtorch has CUDA");
        Assert.Null(DeviceAllocator.TryOpen(fixture.Library, 0, out var reason));
        Assert.NotNull(reason);
    }

    [Fact]
    public void On_a_GPU_the_hook_and_the_statistics_agree()
    {
        Assert.SkipUnless(fixture.Library.HasCuda && TorchSharp.torch.cuda.is_available(), "needs a GPU");
        var result = CudaSelfTest.Run(fixture.Library, 0);
        Assert.Null(result.Failure);
        Assert.NotNull(result.Totals);
    }

    [Fact]
    public void One_block_that_moves_both_channels_alike_is_right() => Assert.Null(CudaSelfTest.Judge(Seen(), Totals(0, 0), Totals(12_345, 12_800)));

    [Fact]
    public void A_block_of_another_size_or_none_is_told()
    {
        Assert.Contains("reported none", CudaSelfTest.Judge([], null, null), StringComparison.Ordinal);
        Assert.Contains("[12345, -12345]", CudaSelfTest.Judge([new(1, 12_345, default), new(1, -12_345, default)], null, null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12_344, 12_800, 2 << 20, "12,344 B requested")]
    [InlineData(12_345, 12_288, 2 << 20, "12,288 B allocated")]
    [InlineData(12_345, 12_800, 4 << 20, "4,194,304 B")]
    public void Channels_that_differ_are_told(long requested, long allocated, long reserved, string word) =>
        Assert.Contains(word, CudaSelfTest.Judge(Seen(), Totals(0, 0), Totals(requested, allocated, reserved)), StringComparison.Ordinal);

    private static AllocationEvent[] Seen() => [new(1, 12_800, default, Reserved: 2 << 20), new(1, -12_800, default, Reserved: 2 << 20)];

    private static AllocatorTotals Totals(long requested, long allocated, long reserved = 2 << 20) =>
        new(new(requested), new(allocated), new(reserved));

    private static FakeAllocator Filled()
    {
        var allocator = new FakeAllocator();
        (allocator[Requested, 0], allocator[Requested, 1]) = (100, 200);
        (allocator[Allocated, 0], allocator[Allocated, 1]) = (512, 1024);
        (allocator[Reserved, 0], allocator[Reserved, 1]) = (2 << 20, 4 << 20);
        (allocator[Rest, 0], allocator[Rest, 1]) = (3, 2);
        return allocator;
    }
}
