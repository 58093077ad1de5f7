namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Trained weights next to a model's config, by the file names of Hugging Face repositories.</summary>
internal static class WeightFiles
{
    private static readonly string[] Patterns =
    [
        "*.safetensors", "*.safetensors.index.json", "*.gguf", "pytorch_model*.bin", "pytorch_model.bin.index.json", "consolidated*.pth",
        "tf_model*.h5", "flax_model*.msgpack", "model.ckpt*",
    ];

    /// <summary>The first file of weights that belongs to a model; null if there is none.</summary>
    /// <param name="path">A model's folder, or its <c>config.json</c>; any other file has no weights that belong to it.</param>
    /// <exception cref="InputException">The folder cannot be read.</exception>
    public static string? Find(string path)
    {
        var folder = Directory.Exists(path) ? path
            : Path.GetFileName(path) == ModelFile.ConfigName ? Path.GetDirectoryName(Path.GetFullPath(path))! : null;
        return folder is null ? null : First(folder);
    }

    private static string? First(string folder)
    {
        try
        {
            var anyCase = new EnumerationOptions { MatchCasing = MatchCasing.CaseInsensitive };
            return Patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern, anyCase)).Select(Path.GetFileName).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be read ({e.Message.TrimEnd('.')}); expected a model's folder", e);
        }
    }
}
