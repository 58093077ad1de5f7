using LlmMemProfiler.Device.LibTorch.Elf;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>What a libtorch's libraries take from others, before any of it is loaded.</summary>
/// <param name="Functions">Functions and data, each with the version and the library that it is asked of.</param>
/// <param name="Needed">Names of the libraries that they need.</param>
public sealed record LibTorchImports(IReadOnlyList<VersionedImport> Functions, IReadOnlyList<string> Needed)
{
    private const string CudaHalf = "libtorch_cuda.so";

    /// <param name="folder">The folder.</param>
    /// <exception cref="DeviceException">It has no CUDA half, or a file in it is damaged.</exception>
    public static LibTorchImports OfCuda(LibTorchFolder folder)
    {
        if (!File.Exists(Path.Combine(folder.Path, CudaHalf)))
        {
            throw new DeviceException(
                $"the libtorch in {folder.Path} was built without CUDA, which a virtual GPU needs too (no GPU and no driver, but the library); " +
                $"get one with 'pip install torch==2.10.0', and point {LibTorchFolder.Option} at its folder, or build with -p:Torch=cuda");
        }
        var (functions, needed) = (new List<VersionedImport>(), new List<string>());
        foreach (var file in Directory.GetFiles(folder.Path, "*.so").Order(StringComparer.Ordinal))
        {
            try
            {
                using var library = ElfLibrary.Open(file);
                functions.AddRange(library.VersionedImports());
                needed.AddRange(library.Needed);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                throw new DeviceException($"{file}: {e.Message.TrimEnd('.')}; the folder must contain a complete libtorch for linux-x64", e);
            }
        }
        return new([.. functions.Distinct()], [.. needed.Distinct(StringComparer.Ordinal)]);
    }
}
