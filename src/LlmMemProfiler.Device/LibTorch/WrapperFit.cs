using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using LlmMemProfiler.Device.LibTorch.Elf;

namespace LlmMemProfiler.Device.LibTorch;

/// <summary>
/// Whether TorchSharp's native wrapper is compatible with a libtorch, found by reading both before either is loaded. Most of the
/// wrapper's imports are resolved at their first call, so a libtorch that lacks some still works as long as this program does
/// not call them.
/// </summary>
/// <param name="BuiltFor">The libtorch that the wrapper was built for; null if unknown.</param>
/// <param name="Needed">The number of symbols it imports.</param>
/// <param name="Missing">Those that no library exports.</param>
public sealed partial record WrapperFit(string? BuiltFor, int Needed, IReadOnlyList<MissingSymbol> Missing)
{
    private const string Operations = "OperationSymbols.txt";

    private static readonly string[] Libraries = ["libtorch.so", "libtorch_cpu.so", "libc10.so", "libtorch_cuda.so", "libc10_cuda.so"];

    /// <summary>True if it can be loaded and every operation of this program can be called.</summary>
    public bool IsUsable => Missing.All(m => m.Need == SymbolNeed.Other);

    /// <summary>Compares the wrapper with a folder's libtorch.</summary>
    /// <param name="wrapper">The wrapper's file.</param>
    /// <param name="folder">The folder that holds libtorch_cpu.so.</param>
    /// <exception cref="DeviceException">A file is missing or is not a library.</exception>
    public static WrapperFit Of(string wrapper, string folder) => Of(wrapper, folder, OperationSymbols());

    internal static WrapperFit Of(string wrapper, string folder, IReadOnlySet<string> called)
    {
        using var needs = Open(wrapper);
        var libraries = Libraries.Select(name => Path.Combine(folder, name)).Where(File.Exists).Select(Open).ToList();
        try
        {
            var imports = needs.Imports();
            // The loader resolves system libraries: .NET has already loaded them.
            var system = needs.Needed.Where(name => !Libraries.Contains(name))
                .Select(name => NativeLibrary.TryLoad(name, out var handle) ? handle : 0)
                .Where(handle => handle != 0).ToList();
            var missing = imports
                .Where(i => !libraries.Exists(l => l.Exports(Encoding.ASCII.GetBytes(i.Name))))
                .Where(i => !system.Exists(handle => NativeLibrary.TryGetExport(handle, i.Name, out _)))
                .Select(i => new MissingSymbol(
                    i.Name, i.AtLoad ? SymbolNeed.AtLoad : called.Contains(i.Name) ? SymbolNeed.ByOperations : SymbolNeed.Other))
                .OrderBy(m => m.Need).ThenBy(m => m.Name, StringComparer.Ordinal);
            return new(BuildVersionOf(needs), imports.Count, [.. missing]);
        }
        catch (InvalidDataException e)
        {
            throw new DeviceException($"{folder}: a library is damaged ({e.Message}); reinstall libtorch", e);
        }
        finally
        {
            libraries.ForEach(l => l.Dispose());
        }
    }

    /// <summary>
    /// The functions that this program's operations call through the wrapper, as logged by the dynamic loader (LD_DEBUG=bindings)
    /// while each operation ran; a test repeats this.
    /// </summary>
    internal static IReadOnlySet<string> OperationSymbols()
    {
        using var stream = typeof(WrapperFit).Assembly.GetManifestResourceStream(typeof(WrapperFit), Operations)
            ?? throw new InvalidOperationException($"{Operations} is not in the assembly");
        return new StreamReader(stream).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
    }

    private static ElfLibrary Open(string path)
    {
        try
        {
            return ElfLibrary.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DeviceException($"{path}: cannot be read as a library ({e.Message.TrimEnd('.')}); libtorch must be built for linux-x64", e);
        }
    }

    /// <summary>
    /// The libtorch version in the wrapper's build-time search path,
    /// '…/libtorch-shared-with-deps-2.10.0cpu/libtorch/lib'; null if there is none.
    /// </summary>
    internal static string? BuildVersionOf(ElfLibrary wrapper) =>
        BuildPath().Match(wrapper.RunPath ?? "") is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"libtorch-shared-with-deps-([0-9.]+)")]
    private static partial Regex BuildPath();
}
