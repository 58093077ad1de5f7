using System.Reflection;
using System.Text.Json;
using LlmMemProfiler.Core;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Profiles by name, those of <c>profiles/hardware</c> carried inside the program, or by file.</summary>
public static class HardwareProfiles
{
    public const string FileName = "profile.json";

    private const string Folder = "hardware/";

    public static IReadOnlyList<string> Names { get; } =
        [.. Resources.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name[Folder.Length..]))
            .Order(StringComparer.Ordinal)];

    private static Assembly Resources => typeof(HardwareProfiles).Assembly;

    /// <summary>A shipped profile by its name, or a file, or a folder that holds a <c>profile.json</c>.</summary>
    /// <exception cref="InputException">Neither exists, or the file is no profile.</exception>
    public static HardwareProfile Find(string nameOrPath)
    {
        if (Names.Contains(nameOrPath))
        {
            using var stream = Resources.GetManifestResourceStream($"{Folder}{nameOrPath}.json")!;
            return Read(stream, $"profile {nameOrPath}");
        }
        var file = Directory.Exists(nameOrPath) ? Path.Combine(nameOrPath, FileName) : nameOrPath;
        if (!File.Exists(file))
        {
            var known = Names.Count == 0 ? "none is shipped" : $"those shipped are {string.Join(", ", Names)}";
            throw new InputException($"'{nameOrPath}' is neither a profile's name nor its file; {known}, and 'llmmem calibrate' makes one");
        }
        return ReadFile(file);
    }

    private static HardwareProfile ReadFile(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return Read(stream, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read ({e.Message.TrimEnd('.')}); a profile that 'llmmem calibrate' wrote is needed", e);
        }
    }

    /// <exception cref="InputException">The stream holds no profile.</exception>
    internal static HardwareProfile Read(Stream stream, string origin)
    {
        try
        {
            var profile = JsonSerializer.Deserialize(stream, ProfileJson.Default.HardwareProfile) ?? throw new JsonException("null is no profile");
            if (profile.Schema != HardwareProfile.CurrentSchema)
                throw new JsonException($"schema {profile.Schema}; this program reads schema {HardwareProfile.CurrentSchema}");
            ProfileCheck.Require(profile);
            return profile;
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or InvalidOperationException)
        {
            throw new InputException($"{origin}: no profile ({e.Message.Split(" Path: ", 2)[0].TrimEnd('.')}); a file that 'llmmem calibrate' wrote is needed", e);
        }
    }
}
