namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>How a request to the device ended; each interface has numbers of its own for them.</summary>
internal enum Outcome
{
    Ok,

    /// <summary>A size, an address or a handle that is none.</summary>
    Invalid,

    /// <summary>More than is free, of memory or of addresses.</summary>
    OutOfMemory,

    /// <summary>A real device does it; this one does not.</summary>
    NotSupported,
}
