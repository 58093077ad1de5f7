using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.Exports;

/// <summary>The devices that all exported functions work on, and what each calling thread has chosen.</summary>
/// <remarks>
/// An exported function allocates no managed memory, throws nothing, and takes no lock but a <see cref="SpinGate"/>: it is called from any
/// thread of the program, at any time.
/// </remarks>
internal static unsafe class Caller
{
    /// <summary>No program has memory below it.</summary>
    private const ulong LowestAddress = 1 << 16;

    private const ulong HighestAddress = 1UL << 47;

    [ThreadStatic]
    private static int device;

    public static Rack Rack { get; private set; } = null!;

    /// <summary>The thread's device.</summary>
    public static int Device => device;

    public static VirtualDevice Current => Rack[device];

    public static VirtualMemory Memory => Rack.Memory;

    public static ObjectTable Objects => Rack.Objects;

    /// <summary>From now on, all functions work on these devices.</summary>
    public static void Use(Rack rack) => Rack = rack;

    /// <summary>Chooses the thread's device, which then has a context.</summary>
    /// <returns>False if there is none of that number.</returns>
    public static bool TryChoose(int number)
    {
        if (!Rack.Has(number))
            return false;
        device = number;
        Rack[number].Levels.HasContext = true;
        return true;
    }

    /// <summary>The device of a context's or a pool's handle; null if it is none.</summary>
    public static VirtualDevice? DeviceOf(void* handle)
    {
        for (var i = 0; i < Rack.Count; i++)
        {
            if (Rack[i].Handle == handle)
                return Rack[i];
        }
        return null;
    }

    /// <summary>True for a pointer through which no answer can be given.</summary>
    public static bool IsNoPlace(void* at) => (ulong)at < LowestAddress || (ulong)at >= HighestAddress || Memory.Contains(at);

    /// <summary>True for the default streams, which are 0 (legacy), 1 (the same) and 2 (one a thread), and for created ones.</summary>
    public static bool IsStream(void* stream) => (nuint)stream <= 2 || Objects.Find(stream, ObjectKind.Stream) is not null;
}
