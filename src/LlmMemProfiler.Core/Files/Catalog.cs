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

    /// <summary>The document of that name; null if there is none.</summary>
    public byte[]? Read(string name)
    {
        using var document = assembly.GetManifestResourceStream($"{folder}/{name}.json");
        if (document is null)
            return null;
        var bytes = new byte[document.Length];
        document.ReadExactly(bytes);
        return bytes;
    }
}
