using System.Runtime.InteropServices;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>The devices' properties in native memory, ready to be copied.</summary>
internal sealed unsafe class DeviceImages
{
    private readonly int size;
    private readonly byte* images;

    private DeviceImages(DeviceProperties properties)
    {
        size = properties.Size;
        images = (byte*)NativeMemory.Alloc((nuint)Math.Max(Caller.Rack.Count, 1), (nuint)size);
        for (var i = 0; i < Caller.Rack.Count; i++)
            properties.Of(Caller.Rack[i]).CopyTo(new Span<byte>(images + (i * size), size));
    }

    public static DeviceImages OfCuda12 { get; private set; } = null!;

    public static DeviceImages OfCuda13 { get; private set; } = null!;

    /// <summary>Makes them for the devices in use.</summary>
    public static void Make()
    {
        OfCuda12 = new(DeviceProperties.OfCuda12);
        OfCuda13 = new(DeviceProperties.OfCuda13);
    }

    public void CopyTo(byte* properties, int device) => Buffer.MemoryCopy(images + (device * size), properties, size, size);
}
