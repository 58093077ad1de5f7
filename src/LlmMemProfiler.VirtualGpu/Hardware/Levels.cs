namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>What is counted of one device, in native memory.</summary>
internal struct Levels
{
    /// <summary>Bytes in use, in whole pages.</summary>
    public long Used;

    /// <summary>The most of them.</summary>
    public long Peak;

    /// <summary>Reads of bytes that nobody wrote: calls.</summary>
    public long UnwrittenReads;

    /// <summary>Reads of bytes that nobody wrote: bytes. They were read as zeros.</summary>
    public long UnwrittenBytes;

    /// <summary>True once a program has used the device.</summary>
    public bool HasContext;
}
