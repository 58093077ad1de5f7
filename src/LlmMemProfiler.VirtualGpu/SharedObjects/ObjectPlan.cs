using LlmMemProfiler.VirtualGpu.Hardware;

namespace LlmMemProfiler.VirtualGpu.SharedObjects;

/// <summary>A shared object to write: its name, and the functions that it exports, each with its version.</summary>
/// <param name="Name">As libraries that need it name it: 'libcudart.so.12'.</param>
/// <param name="Functions">Ordered by name; versions are null where none is asked for.</param>
internal sealed record ObjectPlan(string Name, IReadOnlyList<(string Name, string? Version)> Functions)
{
    private const string RuntimeStem = "libcudart.so.";

    /// <summary>Releases of the runtime whose structures are known.</summary>
    private static readonly string[] KnownRuntimes = [RuntimeStem + "12"];

    /// <summary>The objects that some libraries need.</summary>
    /// <param name="imports">What they take from others.</param>
    /// <param name="needed">Names of the libraries that they need.</param>
    /// <param name="built">The functions that there are.</param>
    /// <exception cref="VirtualGpuException">They are for another CUDA than is known here.</exception>
    public static IReadOnlyList<ObjectPlan> Of(
        IReadOnlyList<ImportedFunction> imports, IReadOnlyList<string> needed, IReadOnlyCollection<string> built)
    {
        var names = needed.Concat(imports.Select(i => i.Library).OfType<string>())
            .Where(Interface.Has).Concat(Interface.DriverLibraries)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (names.Find(name => name.StartsWith(RuntimeStem, StringComparison.Ordinal) && !KnownRuntimes.Contains(name)) is { } runtime)
            throw new VirtualGpuException($"libtorch needs {runtime}, which no virtual GPU has; use a libtorch that needs {string.Join(" or ", KnownRuntimes)}");
        var functions = imports.Where(i => Interface.Of(i.Name) is not null)
            .Concat(built.Concat(AskedByName.All).Select(name => new ImportedFunction(name, null, null)))
            .GroupBy(i => i.Name, StringComparer.Ordinal)
            .Select(same => same.FirstOrDefault(i => i.Version is not null) ?? same.First())
            .ToLookup(i => HomeOf(i, names), StringComparer.Ordinal);
        return [.. names.Select(name => new ObjectPlan(name, [.. functions[name].OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => (f.Name, f.Version))]))];
    }

    /// <summary>The library of a function: the one that it is asked of, else the interface's own; none if no library needs that.</summary>
    private static string HomeOf(ImportedFunction function, List<string> names) =>
        function.Library ?? names.Find(name => name.StartsWith(Interface.Of(function.Name)!.Stem, StringComparison.Ordinal)) ?? "";
}
