using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Models.Decoding;

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
        return Path.Exists(nameOrPath)
            ? ModelFile.Read(nameOrPath)
            : nameOrPath.AsSpan().ContainsAny('/', '\\') || Path.HasExtension(nameOrPath)
            ? throw new InputException($"'{nameOrPath}' does not exist; give a preset, a config.json, or a folder that contains one")
            : throw new InputException($"'{nameOrPath}' is neither a preset nor a file; {NearNames.Hint(nameOrPath, "presets", Names)}");
    }

    /// <summary>As <see cref="Find"/>, for a command that runs the model.</summary>
    /// <param name="nameOrPath">A preset, a file or a folder.</param>
    /// <param name="randomWeights">True to ignore the weights in the model's folder.</param>
    /// <exception cref="InputException">As for <see cref="Find"/>, or the folder contains weights.</exception>
    public static ModelSpec FindToRun(string nameOrPath, bool randomWeights)
    {
        var model = Find(nameOrPath);
        if (!randomWeights && !Names.Contains(nameOrPath))
            WeightFiles.RequireNone(nameOrPath);
        return Unexecuted.In(model) is { } what
            ? throw new InputException($"{model.Name} has {what}, which cannot be run yet; expected a model without (an estimate tells what the weights and cache of this one take)")
            : model;
    }
}
