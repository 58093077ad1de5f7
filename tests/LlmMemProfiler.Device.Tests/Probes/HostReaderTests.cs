using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Tests.Probes;

public class HostReaderTests
{
    /// <summary>WSL2's kernels are called after their maker.</summary>
    [Theory]
    [InlineData("5.15.167.4-microsoft-standard-WSL2", HostSystem.Windows)]
    [InlineData("6.8.0-45-generic", HostSystem.Linux)]
    public void A_driver_is_Windows_s_where_Linux_runs_in_Windows(string release, HostSystem system)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, release);
            Assert.Equal(system, HostReader.DriverSystem(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_system_that_does_not_tell_is_Linux() => Assert.Equal(HostSystem.Linux, HostReader.DriverSystem("/nonexistent"));
}
