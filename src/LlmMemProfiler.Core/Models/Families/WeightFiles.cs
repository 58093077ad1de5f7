namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Trained weights next to a model's config, by the file names of Hugging Face repositories. They are not loaded.</summary>
internal static class WeightFiles
{
    private static readonly string[] Patterns =
    [
        "*.safetensors", "*.safetensors.index.json", "*.gguf", "pytorch_model*.bin", "pytorch_model.bin.index.json", "consolidated*.pth",
        "tf_model*.h5", "flax_model*.msgpack", "model.ckpt*",
    ];

    /// <summary>Refuses a model with weights, because running it with other ones would pass for running it.</summary>
    /// <param name="path">A model's folder, or its <c>config.json</c>; any other file has no weights that belong to it.</param>
    /// <exception cref="InputException">The folder contains weights, or cannot be read.</exception>
    public static void RequireNone(string path)
    {
        var folder = Directory.Exists(path) ? path
            : Path.GetFileName(path) == ModelFile.ConfigName ? Path.GetDirectoryName(Path.GetFullPath(path))! : null;
        if (folder is not null && Find(folder) is { } file)
            throw new FieldException($"{folder}: contains weights ({file}), which are not loaded; to run with random weights of the same sizes, use {new Field("random_weights")}");
    }

    private static string? Find(string folder)
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
