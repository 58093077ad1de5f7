using System.Runtime.InteropServices;
using LlmMemProfiler.Device.LibTorch.Elf;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>Libraries that a libtorch needs and the dynamic loader will not find, known before anything of it is loaded.</summary>
public static class MissingLibraries
{
    private const string Origin = "$ORIGIN";

    /// <summary>Where what is missing usually is.</summary>
    public const string Remedy =
        "usually in site-packages/nvidia/*/lib of a PyTorch, or in /usr/local/cuda/lib64 or /usr/lib/x86_64-linux-gnu; " +
        "install them, or add their folders to LD_LIBRARY_PATH";

    /// <summary>Names of the missing ones, in the order in which they are needed.</summary>
    /// <param name="folder">The folder that holds libtorch_cpu.so.</param>
    /// <param name="roots">The files in it to load.</param>
    public static IReadOnlyList<string> Of(string folder, params IReadOnlyList<string> roots)
    {
        string[] places = [folder, .. NeighborFolders.Of(folder), .. Split(Environment.GetEnvironmentVariable("LD_LIBRARY_PATH"))];
        var seen = roots.ToHashSet(StringComparer.Ordinal);
        var missing = new List<string>();
        var files = new Queue<string>(roots.Select(name => Path.Combine(folder, name)).Where(File.Exists));
        while (files.TryDequeue(out var file))
        {
            var (needed, runPath) = Read(file);
            foreach (var name in needed.Where(seen.Add))
            {
                if (runPath.Concat(places).Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists) is { } found)
                    files.Enqueue(found);
                // The system's own folders are the loader's business; these it would load anyway.
                else if (!NativeLibrary.TryLoad(name, out _))
                    missing.Add(name);
            }
        }
        return missing;
    }

    private static (IReadOnlyList<string> Needed, IReadOnlyList<string> RunPath) Read(string file)
    {
        try
        {
            using var library = ElfLibrary.Open(file);
            var own = Path.GetDirectoryName(file)!;
            return (library.Needed, [.. Split(library.RunPath).Select(place => place.Replace(Origin, own, StringComparison.Ordinal))]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // Loading it will report the error.
            return ([], []);
        }
    }

    private static string[] Split(string? path) => path?.Split(':', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
