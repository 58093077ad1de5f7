using System.Text.RegularExpressions;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Core.Models.Families;

/// <summary>Models that Hugging Face's tools have fetched to this machine. Only their folders are looked at; nothing is fetched.</summary>
/// <param name="environment">Reads a variable.</param>
/// <remarks>
/// huggingface_hub 0.36, <c>constants.py</c> for where the cache is, <c>file_download.py</c> for its layout: the newest state of
/// ORG/NAME is <c>models--ORG--NAME/snapshots/COMMIT</c>, with the commit in <c>refs/main</c>.
/// </remarks>
public sealed partial class HubCache(Func<string, string?> environment)
{
    private const string Models = "models--", Snapshots = "snapshots", Separator = "--";

    /// <summary>The folder of the cache, whether it is there or not.</summary>
    public string Folder => Of("HF_HUB_CACHE") ?? Of("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(Of("HF_HOME") ?? Path.Combine(Of("XDG_CACHE_HOME") ?? Path.Combine(Home, ".cache"), "huggingface"), "hub");

    private string Home => environment("HOME") is { Length: > 0 } home ? home : "/";

    /// <summary>True for a name such as 'openai-community/gpt2', which no file has here.</summary>
    public static bool IsFullName(string name) => FullName().IsMatch(name) && !name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <summary>The folder with the files of a model's newest state; null if it is not there, or has no config.</summary>
    /// <param name="name">'ORG/NAME', or the name alone for the oldest ones.</param>
    public string? Find(string name)
    {
        if (!IsFullName(name) && !PlainName().IsMatch(name))
            return null;
        var model = Path.Combine(Folder, Models + name.Replace("/", Separator, StringComparison.Ordinal));
        var snapshot = Path.Combine(model, Snapshots, Commit(model));
        return File.Exists(Path.Combine(snapshot, ModelFile.ConfigName)) ? snapshot : null;
    }

    /// <summary>The name of the model that a snapshot's folder is of, as the last part of its full one; null for other folders.</summary>
    public static string? NameOf(string folder)
    {
        var (snapshots, model) = (Path.GetDirectoryName(folder), Path.GetDirectoryName(Path.GetDirectoryName(folder)));
        return Path.GetFileName(snapshots) == Snapshots && Path.GetFileName(model) is { } found && found.StartsWith(Models, StringComparison.Ordinal)
            ? found.Split(Separator)[^1]
            : null;
    }

    /// <summary>What refs/main says, or the only one there is; empty for none.</summary>
    private static string Commit(string model)
    {
        try
        {
            var reference = Path.Combine(model, "refs", "main");
            if (File.Exists(reference))
                return CommitHash().Match(System.Text.Encoding.ASCII.GetString(SmallFile.Read(reference, "commit", largest: 100).Span)).Groups[1].Value;
            var all = Path.Combine(model, Snapshots);
            return Directory.Exists(all) && Directory.GetDirectories(all) is [var only] ? Path.GetFileName(only) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private string? Of(string variable) => environment(variable) is { Length: > 0 } path
        ? path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(Home, path[2..]) : path
        : null;

    [GeneratedRegex(@"^[A-Za-z0-9_][\w.-]*/[\w.-]+$", RegexOptions.ECMAScript)]
    private static partial Regex FullName();

    [GeneratedRegex(@"^[A-Za-z0-9_][\w.-]*$", RegexOptions.ECMAScript)]
    private static partial Regex PlainName();

    [GeneratedRegex(@"^\s*([0-9a-f]{7,64})\s*$", RegexOptions.ECMAScript)]
    private static partial Regex CommitHash();
}
