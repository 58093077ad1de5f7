using System.Reflection;

namespace LlmMemProfiler.Core.Files;

/// <summary>Named JSON documents: a folder of <c>profiles</c> embedded in an assembly.</summary>
/// <param name="assembly">The assembly.</param>
/// <param name="folder">The folder's name.</param>
public sealed class Catalog(Assembly assembly, string folder)
{
    public IReadOnlyList<string> Names { get; } =
        [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith($"{folder}/", StringComparison.Ordinal))
            .Select(Path.GetFileNameWithoutExtension)
            .Order(StringComparer.Ordinal)!];

    /// <summary>
    /// The name that is meant by a name or path: the very name, else an existing file or folder, else a name that differs only in case.
    /// </summary>
    /// <returns>Null if a path is meant, or nothing.</returns>
    public string? Match(string nameOrPath) =>
        Names.Contains(nameOrPath) ? nameOrPath
        : Path.Exists(nameOrPath) ? null
        : Names.FirstOrDefault(name => name.Equals(nameOrPath, StringComparison.OrdinalIgnoreCase));

    /// <summary>The document of one of the names.</summary>
    public byte[] Read(string name)
    {
        using var document = assembly.GetManifestResourceStream($"{folder}/{name}.json")!;
        var bytes = new byte[document.Length];
        document.ReadExactly(bytes);
        return bytes;
    }
}
