namespace LlmMemProfiler.Device;

/// <summary>
/// The device, or the library that drives it, cannot be used. The message is one line that says what, where and the remedy;
/// the program ends with exit code 3.
/// </summary>
public sealed class DeviceException : Exception
{
    public DeviceException(string message) : base(message) { }

    public DeviceException(string message, Exception cause) : base(message, cause) { }

    public DeviceException() { }
}
