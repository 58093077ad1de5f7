using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Model presets: the files of <c>profiles/models</c>, embedded in the program.</summary>
public static class ModelPresets
{
    public const string Default = "guide-354m";

    private static readonly Catalog Presets = new(typeof(ModelPresets).Assembly, "models");

    public static IReadOnlyList<string> Names => Presets.Names;

    /// <summary>A preset by its name, or a file or folder by its path.</summary>
    /// <exception cref="InputException">Neither exists, or the file is not a model.</exception>
    public static ModelSpec Find(string nameOrPath)
    {
        if (Presets.Match(nameOrPath) is { } name)
            return ModelFile.Read(Presets.Read(name), $"preset {name}", name);
        return PathOf(nameOrPath) is { } path
            ? ModelFile.Read(path)
            : throw new InputException($"'{nameOrPath}' is neither a preset nor a file; {NearNames.Hint(nameOrPath, "presets", Names)}");
    }

    /// <summary>The file or folder of a model; null for a preset, and for what is not there.</summary>
    public static string? PathOf(string nameOrPath) => Presets.Match(nameOrPath) is null && Path.Exists(nameOrPath) ? nameOrPath : null;
}
