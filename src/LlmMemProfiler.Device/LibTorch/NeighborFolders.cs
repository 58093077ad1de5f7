using System.Runtime.InteropServices;
using LlmMemProfiler.Device.LibTorch.Elf;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>
/// Folders where PyTorch's Python packages keep libtorch's dependencies: CUDA's libraries in
/// <c>site-packages/nvidia/*/lib</c>, others in <c>torch.libs</c>. libtorch's own search path covers them within one
/// site-packages; otherwise they are loaded first, as PyTorch does (torch/__init__.py, _preload_cuda_deps), and then found by
/// name.
/// </summary>
internal static class NeighborFolders
{
    /// <summary>The existing ones.</summary>
    /// <param name="folder">The folder that holds libtorch_cpu.so.</param>
    public static IReadOnlyList<string> Of(string folder)
    {
        var target = File.ResolveLinkTarget(Path.Combine(folder, "libtorch_cpu.so"), returnFinalTarget: true);
        var sites = new[] { folder, Path.GetDirectoryName(target?.FullName) }
            .OfType<string>()
            .Select(f => Path.GetFullPath(Path.Combine(f, "../..")))
            .Distinct();
        return [.. sites
            .SelectMany(site => Subfolders(Path.Combine(site, "nvidia")).Select(f => Path.Combine(f, "lib")).Append(Path.Combine(site, "torch.libs")))
            .Where(Directory.Exists)
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Loads a library's dependencies found in these folders, each after its own dependencies.</summary>
    /// <returns>The number of libraries loaded.</returns>
    public static int LoadDependencies(string library, IReadOnlyList<string> folders) => LoadDependencies(library, folders, []);

    private static int LoadDependencies(string library, IReadOnlyList<string> folders, HashSet<string> seen)
    {
        var loaded = 0;
        foreach (var need in Dependencies(library))
        {
            if (!seen.Add(need) || folders.Select(f => Path.Combine(f, need)).FirstOrDefault(File.Exists) is not { } file)
                continue;
            loaded += LoadDependencies(file, folders, seen);
            loaded += NativeLibrary.TryLoad(file, out _) ? 1 : 0;
        }
        return loaded;
    }

    private static IReadOnlyList<string> Dependencies(string library)
    {
        try
        {
            using var elf = ElfLibrary.Open(library);
            return elf.Needed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // Loading it will report the error.
            return [];
        }
    }

    private static string[] Subfolders(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
