namespace LlmMemProfiler.Workflow.Tests;

/// <summary>
/// The real libtorch with CUDA on a stand-in for CUDA's runtime, whose kernels compute nothing: what lies beside the repository,
/// unpacked once. Tests are skipped where it does not.
/// </summary>
public sealed class VirtualGpu : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CudaLibTorch libtorch;
    private readonly string? missing;

    public VirtualGpu(CudaLibTorch libtorch)
    {
        this.libtorch = libtorch;
        var stubs = Path.Combine(CudaLibTorch.Source, "sketch", "lib-cuda-12.8");
        missing = Directory.Exists(stubs) ? libtorch.Missing : "no virtual GPU lies beside the repository";
        if (missing is not null)
            return;
        Directory.CreateDirectory(Runtime);
        File.Copy(Path.Combine(stubs, "libstandin.so"), Path.Combine(Runtime, "libstandin.so"));
        foreach (var name in Directory.GetFiles(stubs).Select(f => Path.GetFileName(f)).Where(name => name != "libstandin.so"))
            File.CreateSymbolicLink(Path.Combine(Runtime, name), "libstandin.so");
    }

    /// <summary>The folder of the stand-in's libraries.</summary>
    public string Runtime => Path.Combine(folder.Path, "runtime");

    /// <summary>Runs the program with this libtorch; addresses fall, as those of drivers do.</summary>
    /// <param name="variable">Set for the run, if not null; without a value not set.</param>
    /// <param name="arguments">Without --libtorch.</param>
    internal Task<Ended> Run((string Name, string? Value)? variable, params string[] arguments)
    {
        Assert.SkipUnless(missing is null, missing ?? "");
        return Llmmem.Run(Llmmem.Command([.. arguments, "--libtorch", libtorch.Libraries]).WithEnvironmentVariables(e =>
        {
            e.Set("LLMMEM_LIBTORCH", null).Set("COLUMNS", "400").Set("STANDIN_GPU", "a100").Set("STANDIN_DOWN", "1").Set("LD_LIBRARY_PATH", Runtime);
            if (variable is var (name, value))
                e.Set(name, value);
        }));
    }

    public void Dispose() => folder.Dispose();
}
