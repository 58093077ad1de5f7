using LlmMemProfiler.Core.Shapes.Kernels.Cuda;

namespace LlmMemProfiler.Core.Tests.Shapes.Kernels.Cuda;

public class GpuModelsOfDriverTests
{
    [Theory]
    [InlineData("NVIDIA H100 80GB HBM3", "h100")]
    [InlineData("NVIDIA H100 PCIe", "h100-pcie")]
    [InlineData("NVIDIA A100-SXM4-40GB", "a100-40")]
    [InlineData("NVIDIA A100-SXM4-80GB", "a100-80")]
    [InlineData("NVIDIA L40S", "l40s")]
    [InlineData("NVIDIA L4", "l4")]
    [InlineData("NVIDIA GeForce RTX 4090", "rtx-4090")]
    [InlineData("Tesla T4", "t4")]
    [InlineData("NVIDIA GeForce RTX 4090 Laptop GPU", null)]
    [InlineData("AMD EPYC", null)]
    public void A_drivers_name_finds_its_card(string name, string? card) => Assert.Equal(card, GpuModels.OfDriver(name)?.Name);
}
