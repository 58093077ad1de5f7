using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Model presets: the files of <c>profiles/models</c>, embedded in the program.</summary>
public static class ModelPresets
{
    public const string Default = "guide-354m";

    private static readonly Catalog Presets = new(typeof(ModelPresets).Assembly, "models");

    public static IReadOnlyList<string> Names => Presets.Names;

    private static readonly HubCache Fetched = new(Environment.GetEnvironmentVariable);

    /// <summary>A preset by its name, a file or folder by its path, or a model of Hugging Face's cache by its name there.</summary>
    /// <exception cref="InputException">None exists, or the file is not a model.</exception>
    public static ModelSpec Find(string nameOrPath)
    {
        if (Presets.Match(nameOrPath) is { } name)
            return ModelFile.Read(Presets.Read(name), $"preset {name}", name);
        return PathOf(nameOrPath) is { } path
            ? ModelFile.Read(path)
            : throw new InputException(HubCache.IsFullName(nameOrPath)
                ? $"'{nameOrPath}' is neither a preset nor a file, nor in Hugging Face's cache ({Fetched.Folder}); to fetch it, use: hf download {nameOrPath}"
                : nameOrPath.AsSpan().ContainsAny('/', '\\') || Path.HasExtension(nameOrPath)
                ? $"'{nameOrPath}' does not exist; give a preset, a config.json, or a folder that contains one"
                : $"'{nameOrPath}' is neither a preset nor a file; {NearNames.Hint(nameOrPath, "presets", Names)}");
    }

    /// <summary>The file or folder of a model; null for a preset, and for what is not there. What lies here goes before the cache.</summary>
    public static string? PathOf(string nameOrPath) =>
        Presets.Match(nameOrPath) is not null ? null : Path.Exists(nameOrPath) ? nameOrPath : Fetched.Find(nameOrPath);
}
