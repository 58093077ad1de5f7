using System.Runtime.InteropServices;
using LlmMemProfiler.Device.LibTorch.Elf;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>
/// The folders in which PyTorch's Python packages keep what libtorch needs beside it: CUDA's libraries in
/// <c>site-packages/nvidia/*/lib</c>, others in <c>torch.libs</c>. Its own search path covers them where all of them lie in one
/// site-packages; where they do not, they are loaded first, as PyTorch itself does (torch/__init__.py, _preload_cuda_deps), and
/// are then found by their names.
/// </summary>
internal static class NeighborFolders
{
    /// <summary>Those that are there.</summary>
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

    /// <summary>Loads what a library needs and these folders have, each after what it needs itself.</summary>
    /// <returns>How many were loaded.</returns>
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
            // Whoever loads it will say so.
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
