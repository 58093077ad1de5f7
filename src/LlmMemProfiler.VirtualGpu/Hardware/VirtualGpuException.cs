namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>There can be no virtual GPU here; the message says why, and what would help.</summary>
public sealed class VirtualGpuException : Exception
{
    public VirtualGpuException() { }

    public VirtualGpuException(string message) : base(message) { }

    public VirtualGpuException(string message, Exception innerException) : base(message, innerException) { }
}
