namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>What a program creates on a device besides memory.</summary>
internal enum ObjectKind
{
    None,
    Stream,
    Event,

    /// <summary>Work that was captured, and what is made of it to launch.</summary>
    Graph,

    /// <summary>A mathematics library's handle.</summary>
    Library,

    /// <summary>A mathematics library's description of a product, a layout, a preference or a tensor.</summary>
    Description,
}

/// <summary>An object's entry in the table; programs hold its address.</summary>
internal struct DeviceObject
{
    public ObjectKind Kind;

    /// <summary>A stream's capture, 0 if there is none; when an event was recorded, 0 if it never was; a library's pointer mode.</summary>
    public long Value;

    /// <summary>A stream's priority; a library's math mode.</summary>
    public int Number;
    public int Next;
}
