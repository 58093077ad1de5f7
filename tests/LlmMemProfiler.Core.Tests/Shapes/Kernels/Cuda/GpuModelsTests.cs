using LlmMemProfiler.Core.Shapes.Kernels.Cuda;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

public class GpuModelsTests
{
    [Theory]
    [InlineData("h100", 9, 0, 132)]
    [InlineData("h100-pcie", 9, 0, 114)]
    [InlineData("a100-80", 8, 0, 108)]
    [InlineData("t4", 7, 5, 40)]
    [InlineData("b200", 10, 0, 148)]
    [InlineData("rtx-5090", 12, 0, 170)]
    public void A_gpu_is_found_by_its_name(string name, int major, int minor, int multiprocessors)
    {
        var gpu = GpuModels.Find(name)!;

        Assert.Equal((new ComputeCapability(major, minor), multiprocessors), (gpu.Capability, gpu.Multiprocessors));
    }

    [Fact]
    public void The_total_is_the_drivers_or_not_known()
    {
        Assert.Equal(85_017_493_504, GpuModels.Find("h100")!.Total?.Bytes);
        Assert.Null(GpuModels.Find("h200")!.Total);
    }

    [Fact]
    public void Names_are_all_different_and_each_gpu_has_its_numbers()
    {
        Assert.Equal(GpuModels.All.Count, GpuModels.All.Select(g => g.Name).Distinct().Count());
        Assert.All(GpuModels.All, g => Assert.InRange(g.Multiprocessors, 20, 200));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"gpus\":[null]}")]
    [InlineData("{\"gpus\":[{\"name\":\"x\"}]}")]
    [InlineData("{\"gpus\":[{\"name\":null,\"capability\":\"9.0\",\"multiprocessors\":1,\"total_bytes\":null}]}")]
    [InlineData("{\"gpus\":[{\"name\":\"x\",\"capability\":\"9.0\",\"multiprocessors\":0,\"total_bytes\":null}]}")]
    [InlineData("{\"gpus\":[{\"name\":\"x\",\"capability\":\"9.0\",\"multiprocessors\":1,\"total_bytes\":9e18}]}")]
    [InlineData("{\"gpus\":[{\"name\":\"x\",\"name\":\"y\",\"capability\":\"9.0\",\"multiprocessors\":1,\"total_bytes\":null}]}")]
    [InlineData("{\"gpus\":[{\"name\":\"x\",\"capability\":\"9.0\",\"multiprocessors\":1,\"total_bytes\":1},{\"name\":\"X\",\"capability\":\"9.0\",\"multiprocessors\":1,\"total_bytes\":1}]}")]
    public void A_list_that_is_none_is_refused(string json) => Assert.StartsWith(
        "gpus.json: ", Assert.ThrowsAny<InputException>(() => GpuModels.Read(System.Text.Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("9")]
    [InlineData("9.0.1")]
    [InlineData("nine.0")]
    [InlineData("-9.0")]
    [InlineData("9.")]
    [InlineData("4.2")]
    [InlineData("99999999999.0")]
    public void A_capability_that_is_none_is_refused(string text) =>
        Assert.StartsWith(
            "gpu 0: compute capability is '",
            Assert.ThrowsAny<InputException>(() => ComputeCapability.Parse(text, "gpu 0")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("7.5", 1024)]
    [InlineData("8.0", 2048)]
    [InlineData("8.6", 1536)]
    [InlineData("8.9", 1536)]
    [InlineData("9.0", 2048)]
    [InlineData("12.0", 1536)]
    public void Threads_of_a_multiprocessor_follow_from_the_capability(string capability, int threads) =>
        Assert.Equal(threads, ComputeCapability.Parse(capability, "test").ThreadsPerMultiprocessor);

    [Fact]
    public void A_range_of_capabilities_includes_its_ends_and_orders_10_0_after_9_0()
    {
        Assert.True(new ComputeCapability(8, 0).IsWithin(new(8, 0), new(12, 1)));
        Assert.True(new ComputeCapability(10, 0).IsWithin(new(8, 0), new(12, 1)));
        Assert.False(new ComputeCapability(7, 5).IsWithin(new(8, 0), new(12, 1)));
        Assert.False(new ComputeCapability(12, 2).IsWithin(new(8, 0), new(12, 1)));
    }
}
