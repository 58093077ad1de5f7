using LlmMemProfiler.Core.Gpus;
using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.Tests.Hardware;

/// <summary>Two cards with so little memory that it runs out.</summary>
internal static class SmallRack
{
    public const long MiB = 1 << 20;

    public static Rack Of(long total, long context = 0) => new(GpuModels.Find("h100")!, [0, 1], total, context);
}
