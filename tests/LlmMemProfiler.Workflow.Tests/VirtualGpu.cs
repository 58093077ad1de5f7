using System.Diagnostics;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>
/// The real libtorch with CUDA on a stand-in for CUDA's runtime, whose kernels compute nothing: what lies beside the repository,
/// unpacked once. Tests are skipped where it does not.
/// </summary>
public sealed class VirtualGpu : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string? missing;

    public VirtualGpu()
    {
        var source = Path.Combine(Repository.Root, "..", "shared", "virtual-gpu");
        var archive = Directory.Exists(source) ? Directory.GetFiles(source, "libtorch-2.10.0-*.tar.xz").FirstOrDefault() : null;
        missing = archive is null ? "no virtual GPU lies beside the repository" : Unpack(archive);
        if (missing is not null)
            return;
        var stubs = Path.Combine(source, "sketch", "lib-cuda-12.8");
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
        return Llmmem.Run(Llmmem.Command([.. arguments, "--libtorch", Path.Combine(folder.Path, "lib")]).WithEnvironmentVariables(e =>
        {
            e.Set("LLMMEM_LIBTORCH", null).Set("COLUMNS", "400").Set("STANDIN_GPU", "a100").Set("STANDIN_DOWN", "1").Set("LD_LIBRARY_PATH", Runtime);
            if (variable is var (name, value))
                e.Set(name, value);
        }));
    }

    public void Dispose() => folder.Dispose();

    private string? Unpack(string archive)
    {
        try
        {
            using var tar = Process.Start(new ProcessStartInfo("tar", ["-xJf", archive, "-C", folder.Path]) { RedirectStandardError = true })!;
            var errors = tar.StandardError.ReadToEnd();
            tar.WaitForExit();
            return tar.ExitCode == 0 ? null : $"the virtual GPU's libtorch cannot be unpacked: {errors}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "there is no tar to unpack the virtual GPU's libtorch with";
        }
    }
}
