using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LlmMemProfiler.Device.Tests.Hook;

/// <summary>
/// A C++ object made by hand, laid out as CUDA's caching allocator is: a pointer to a table of virtual functions, before it type
/// information with a name. Its statistics are what a test put there; other slots end the process if called.
/// </summary>
internal sealed unsafe class FakeAllocator : IDisposable
{
    public const string RealName = "N3c104cuda20CUDACachingAllocator6Native22NativeCachingAllocatorE";

    private const int StatsBytes = 976;

    private readonly nint* memory = (nint*)NativeMemory.AllocZeroed(4096);
    private readonly nint name;

    public FakeAllocator(string className = RealName, bool isInitialized = true)
    {
        name = Marshal.StringToCoTaskMemUTF8(className);
        // Type information: its own table (not looked at), then the name.
        var typeInfo = memory + 16;
        typeInfo[1] = name;
        var table = memory + 32;
        table[-1] = (nint)typeInfo;
        table[6] = (nint)(delegate* unmanaged[Cdecl]<Instance*, byte>)&Initialized;
        table[9] = (nint)(delegate* unmanaged[Cdecl]<byte*, Instance*, sbyte, byte*>)&GetDeviceStats;
        Object->Table = (nint)table;
        Object->IsInitialized = (byte)(isInitialized ? 1 : 0);
    }

    public nint Address => (nint)Object;

    private Instance* Object => (Instance*)(memory + 128);

    /// <summary>A number of DeviceStats, by its place in c10/core/CachingDeviceAllocator.h.</summary>
    /// <param name="array">Which of the nine arrays: 4 allocated, 5 reserved, 8 requested; 9 is what follows them.</param>
    /// <param name="index">Which number: 0 now, 1 peak, of all pools.</param>
    public long this[int array, int index]
    {
        get => Object->Stats[(array * 12) + index];
        set => Object->Stats[(array * 12) + index] = value;
    }

    public void Dispose()
    {
        NativeMemory.Free(memory);
        Marshal.FreeCoTaskMem(name);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte Initialized(Instance* self) => self->IsInitialized;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* GetDeviceStats(byte* result, Instance* self, sbyte device)
    {
        // Of another device: nothing but the device's number.
        if (device == 1)
            NativeMemory.Copy(self->Stats, result, StatsBytes);
        return result;
    }

    private struct Instance
    {
        public nint Table;
        public byte IsInitialized;
        public fixed long Stats[StatsBytes / 8];
    }
}
