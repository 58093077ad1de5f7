using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;

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
        if (Carried.Read(nameOrPath) is { } carried)
            return Read(carried, $"profile {nameOrPath}");
        var file = Directory.Exists(nameOrPath) ? Path.Combine(nameOrPath, FileName) : nameOrPath;
        return File.Exists(file)
            ? Read(SmallFile.Read(file, "profile").Span, file)
            : throw new InputException($"'{nameOrPath}' is neither a profile nor a file; {NearNames.Hint(nameOrPath, "profiles", Names)}");
    }

    private static HardwareProfile Read(ReadOnlySpan<byte> json, string origin)
    {
        try
        {
            var profile = JsonSerializer.Deserialize(json, ProfileJson.Default.HardwareProfile) ?? throw new JsonException("null is no profile");
            if (profile.Schema != HardwareProfile.CurrentSchema)
                throw new JsonException($"schema {profile.Schema}; this program reads schema {HardwareProfile.CurrentSchema}");
            ProfileCheck.Require(profile);
            return profile;
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or InvalidOperationException)
        {
            throw new InputException($"{origin}: no profile ({e.Message.Split(" Path: ", 2)[0].TrimEnd('.')}); a file that calibration wrote is needed", e);
        }
    }
}
