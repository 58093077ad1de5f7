namespace LlmMemProfiler.Device;

/// <summary>
/// The device, or its library, cannot be used. The message is one line with the problem, the place and the remedy; the program
/// exits with code 3.
/// </summary>
public sealed class DeviceException : Exception
{
    public DeviceException(string message) : base(message) { }

    public DeviceException(string message, Exception cause) : base(message, cause) { }

    public DeviceException() { }
}
