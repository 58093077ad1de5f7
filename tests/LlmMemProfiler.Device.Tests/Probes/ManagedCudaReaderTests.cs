using LlmMemProfiler.Device.Probes;
using ManagedCuda;

namespace LlmMemProfiler.Device.Tests.Probes;

public class ManagedCudaReaderTests
{
    [Fact]
    public void It_reads_in_the_primary_context_made_current_and_lets_it_go()
    {
        CudaContext.Gpus[3] = (85_520_809_984, 79_942_957_183);
        Assert.Equal(("GPU 3", new(79_942_957_183), new(85_520_809_984)), ManagedCudaReader.Read(3));
        Assert.Equal(0, CudaContext.Open);
    }

    [Fact]
    public void Its_failure_is_one_line()
    {
        var error = Assert.Throws<DeviceException>(() => ManagedCudaReader.Read(9));
        Assert.Equal("ManagedCuda: ErrorInvalidDevice: This indicates that the device ordinal is not valid.", error.Message);
    }

    [Fact]
    public void Without_being_asked_for_it_is_not_in_the_build() => Assert.Null(CrossCheck.Name);
}
