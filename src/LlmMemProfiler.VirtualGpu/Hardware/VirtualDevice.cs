using System.Globalization;
using LlmMemProfiler.Core.Gpus;

namespace LlmMemProfiler.VirtualGpu.Hardware;

/// <summary>One GPU that is not there: what it can do, and how full it is.</summary>
internal sealed unsafe class VirtualDevice : IDisposable
{
    private readonly Levels* levels = (Levels*)NativePages.Table(sizeof(Levels));
    private readonly long context;

    /// <param name="index">Its number among the visible ones.</param>
    /// <param name="number">Its number among all of the machine.</param>
    /// <param name="gpu">The card.</param>
    /// <param name="total">Its memory, in bytes.</param>
    /// <param name="context">What a context takes of it, in bytes.</param>
    public VirtualDevice(int index, int number, GpuModel gpu, long total, long context)
    {
        Index = index;
        Number = number;
        Gpu = gpu;
        Total = total;
        this.context = context;
        BusId = string.Create(CultureInfo.InvariantCulture, $"0000:{number + 1:x2}:00.0");
        Uuid = UuidOf(number);
    }

    public int Index { get; }

    /// <summary>Its number among all, visible or not.</summary>
    public int Number { get; }

    public GpuModel Gpu { get; }

    public long Total { get; }

    /// <summary>The UUID of a machine's device, as 'GPU-' has it after it.</summary>
    public static string UuidOf(int number) => string.Create(CultureInfo.InvariantCulture, $"76697274-7561-6c2d-6770-75{number:x10}");

    public ref Levels Levels => ref *levels;

    /// <summary>An address of its own, which programs hold for its context and its pool of memory.</summary>
    public void* Handle => levels;

    /// <summary>As its driver calls it.</summary>
    public string Title => Gpu.DriverNames is [var name, ..] ? name : Gpu.Title;

    /// <summary>Its place on the bus.</summary>
    public string BusId { get; }

    /// <summary>Sixteen bytes that tell it from others.</summary>
    public string Uuid { get; }

    /// <summary>Bytes in use, with the context.</summary>
    public long Busy => levels->Used + Context;

    public long Free => Total - Busy;

    private long Context => levels->HasContext ? context : 0;

    /// <summary>Takes pages out of what is free; a program that takes memory has a context.</summary>
    /// <returns>False if there are not so many.</returns>
    public bool TryTake(int pages)
    {
        levels->HasContext = true;
        var bytes = (long)pages * Page.Bytes;
        if (bytes > Free)
            return false;
        levels->Used += bytes;
        levels->Peak = Math.Max(levels->Peak, levels->Used);
        return true;
    }

    public void GiveBack(int pages) => levels->Used -= (long)pages * Page.Bytes;

    public void Dispose() => NativePages.Free((byte*)levels, sizeof(Levels));
}
