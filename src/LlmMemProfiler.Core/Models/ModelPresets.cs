using System.Reflection;

namespace LlmMemProfiler.Core.Models;

/// <summary>The models known by name: the files of <c>profiles/models</c>, carried inside the program.</summary>
public static class ModelPresets
{
    public const string Default = "guide-354m";

    private const string Folder = "models/";

    public static IReadOnlyList<string> Names { get; } =
        [.. Resources.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name[Folder.Length..]))
            .Order(StringComparer.Ordinal)];

    private static Assembly Resources => typeof(ModelPresets).Assembly;

    /// <summary>A preset by its name, or a file or folder by its path.</summary>
    /// <exception cref="InputException">Neither exists, or the file is no model.</exception>
    public static ModelSpec Find(string nameOrPath)
    {
        if (Names.Contains(nameOrPath))
            return Get(nameOrPath);
        if (File.Exists(nameOrPath) || Directory.Exists(nameOrPath))
            return ModelFile.Read(nameOrPath);
        var near = NearNames.Of(nameOrPath, Names);
        throw new InputException(near.Count > 0
            ? $"'{nameOrPath}' is neither a preset nor a file; did you mean {string.Join(" or ", near)}?"
            : $"'{nameOrPath}' is neither a preset nor a file; the presets are {string.Join(", ", Names)}");
    }

    private static ModelSpec Get(string name)
    {
        using var stream = Resources.GetManifestResourceStream($"{Folder}{name}.json")!;
        return ModelFile.Read(stream, $"preset {name}", name);
    }
}
