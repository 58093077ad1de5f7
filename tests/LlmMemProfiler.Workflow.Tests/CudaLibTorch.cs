using System.Diagnostics;

[assembly: AssemblyFixture(typeof(LlmMemProfiler.Workflow.Tests.CudaLibTorch))]

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>
/// The real libtorch with CUDA: what LLMMEM_CUDA_LIBTORCH names, or what lies beside the repository, unpacked once, when a test asks for
/// it. Tests are skipped where there is none.
/// </summary>
public sealed class CudaLibTorch : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Lazy<(string Folder, string? Missing)> found;

    public CudaLibTorch() => found = new(Find);

    /// <summary>Where beside the repository it lies, with a stand-in for CUDA.</summary>
    public static string Source => Path.Combine(Repository.Root, "..", "shared", "virtual-gpu");

    /// <summary>The folder of its libraries.</summary>
    public string Libraries => found.Value.Folder;

    /// <summary>Why there is none; null if there is one.</summary>
    public string? Missing => found.Value.Missing;

    public void Dispose() => folder.Dispose();

    private (string, string?) Find()
    {
        if (Environment.GetEnvironmentVariable("LLMMEM_CUDA_LIBTORCH") is { Length: > 0 } given)
            return (given, null);
        var archive = Directory.Exists(Source) ? Directory.GetFiles(Source, "libtorch-2.10.0-*.tar.xz").FirstOrDefault() : null;
        return (Path.Combine(folder.Path, "lib"), archive is null ? "no libtorch with CUDA lies beside the repository, nor does LLMMEM_CUDA_LIBTORCH name one" : Unpack(archive));
    }

    private string? Unpack(string archive)
    {
        try
        {
            using var tar = Process.Start(new ProcessStartInfo("tar", ["-xJf", archive, "-C", folder.Path]) { RedirectStandardError = true })!;
            var errors = tar.StandardError.ReadToEnd();
            tar.WaitForExit();
            return tar.ExitCode == 0 ? null : $"the libtorch with CUDA cannot be unpacked: {errors}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "there is no tar to unpack the libtorch with CUDA with";
        }
    }
}
