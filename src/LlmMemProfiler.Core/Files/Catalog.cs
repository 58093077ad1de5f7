using System.Reflection;

namespace LlmMemProfiler.Core.Files;

/// <summary>JSON documents known by name: a folder of <c>profiles</c>, carried inside an assembly.</summary>
/// <param name="carrier">The assembly.</param>
/// <param name="folder">The folder's name.</param>
public sealed class Catalog(Assembly carrier, string folder)
{
    public IReadOnlyList<string> Names { get; } =
        [.. carrier.GetManifestResourceNames()
            .Where(name => name.StartsWith($"{folder}/", StringComparison.Ordinal))
            .Select(Path.GetFileNameWithoutExtension)
            .Order(StringComparer.Ordinal)!];

    /// <summary>The document of that name; null where there is none.</summary>
    public byte[]? Read(string name)
    {
        using var document = carrier.GetManifestResourceStream($"{folder}/{name}.json");
        if (document is null)
            return null;
        var bytes = new byte[document.Length];
        document.ReadExactly(bytes);
        return bytes;
    }
}
