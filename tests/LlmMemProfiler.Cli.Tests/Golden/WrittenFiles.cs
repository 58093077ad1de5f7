using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LlmMemProfiler.Cli.Tests.Golden;

/// <summary>The files below a folder at one moment, and how a recording shows one.</summary>
internal sealed class WrittenFiles
{
    /// <summary>A longer text is recorded by its hash: it would hide the others in a difference.</summary>
    private const int LongestText = 32 * 1024;

    private readonly Dictionary<string, (long Length, DateTime Written)> files;

    private WrittenFiles(Dictionary<string, (long Length, DateTime Written)> files) => this.files = files;

    public static WrittenFiles In(string folder) => new(
        new DirectoryInfo(folder)
            .EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(file => (File: file, Name: Path.GetRelativePath(folder, file.FullName)))
            .Where(f => !f.Name.StartsWith('.'))
            .ToDictionary(f => f.Name, f => (f.File.Length, f.File.LastWriteTimeUtc)));

    public IEnumerable<string> NewSince(WrittenFiles before) =>
        files.Where(f => !before.files.TryGetValue(f.Key, out var old) || old != f.Value).Select(f => f.Key).Order(StringComparer.Ordinal);

    /// <summary>The text, or of what is too long or no text its hash; nothing where a machine has its own.</summary>
    public static string Shown(string file, Masker masker, GoldenPlace place)
    {
        var ending = Path.GetExtension(file);
        var name = Path.GetFileName(file);
        if (ending is ".png" || name.StartsWith("trace", StringComparison.Ordinal) || name.StartsWith("logits", StringComparison.Ordinal) ||
            (masker.IsMeasuring && ending is not (".json" or ".jsonl" or ".safetensors")))
            return "";
        var bytes = File.ReadAllBytes(file);
        if (ending is not ".safetensors")
        {
            var text = masker.Masked(place.WithoutPaths(Encoding.UTF8.GetString(bytes)));
            if (text.Length <= LongestText && ending is not ".svg")
                return text;
            bytes = Encoding.UTF8.GetBytes(text);
        }
        return string.Create(CultureInfo.InvariantCulture, $"{bytes.Length} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))}\n");
    }
}
