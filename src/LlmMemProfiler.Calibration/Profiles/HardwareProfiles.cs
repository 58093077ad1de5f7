using System.Text.Json;
using LlmMemProfiler.Core;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Profiles by name, those of <c>profiles/hardware</c> carried inside the program, or by file.</summary>
public static class HardwareProfiles
{
    public const string FileName = "profile.json";

    private static readonly Catalog Carried = new(typeof(HardwareProfiles).Assembly, "hardware");

    public static IReadOnlyList<string> Names => Carried.Names;

    /// <summary>A shipped profile by its name, or a file, or a folder that holds a <c>profile.json</c>.</summary>
    /// <exception cref="InputException">Neither exists, or the file is no profile.</exception>
    public static HardwareProfile Find(string nameOrPath)
    {
        using var carried = Carried.Open(nameOrPath);
        if (carried is not null)
            return Read(carried, $"profile {nameOrPath}");
        var file = Directory.Exists(nameOrPath) ? Path.Combine(nameOrPath, FileName) : nameOrPath;
        return File.Exists(file)
            ? ReadFile(file)
            : throw new InputException($"'{nameOrPath}' is neither a profile nor a file; {NearNames.Hint(nameOrPath, "profiles", Names)}");
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
