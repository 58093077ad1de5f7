using System.Text;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Shapes.Kernels.Cpu;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Harness.Scratch;

/// <summary>Caches the scratch of half-precision products in the user's cache folder, one file per machine and libtorch.</summary>
internal sealed class ScratchCache
{
    private readonly string machine;
    private readonly string path;

    public ScratchCache(LibTorchLibrary library)
    {
        var isa = Environment.GetEnvironmentVariable("DNNL_MAX_CPU_ISA") ?? Environment.GetEnvironmentVariable("ONEDNN_MAX_CPU_ISA");
        machine = $"{HostReader.Processor()}, libtorch {library.Version}, {library.CpuCapability}, {library.Threads} threads{(isa is null ? "" : $", {isa}")}";
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var name = Convert.ToHexStringLower(Sha256.Of(Encoding.UTF8.GetBytes(machine)))[..16];
        path = Path.Combine(cache, "llmmem", $"scratch-{name}.json");
    }

    public ScratchTable Read() => KernelScratchFile.Read(path, machine);

    public bool Write(ScratchTable table) => KernelScratchFile.Write(path, machine, table);
}
