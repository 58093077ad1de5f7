using LlmMemProfiler.Device;
using LlmMemProfiler.Device.Compute;
using LlmMemProfiler.Harness.Runs;

namespace LlmMemProfiler.Cli;

/// <summary>A process whose own memory is measured.</summary>
internal static class MeasuringProcess
{
    /// <summary>Starts this process again with <see cref="SteadyCode"/>, unless it was; before anything is opened or printed.</summary>
    /// <exception cref="DeviceException">The environment cannot be set.</exception>
    public static void Enter()
    {
        if (SteadyCode.IsChosen)
            return;
        ProcessEnvironment.Set(SteadyCode.Variable, SteadyCode.Value);
        ThisProgram.Restart();
    }
}
