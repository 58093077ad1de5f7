using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>Profiles by name (those in <c>profiles/hardware</c> are embedded in the program) or by file.</summary>
public static class HardwareProfiles
{
    public const string FileName = "profile.json";

    private static readonly Catalog BuiltIn = new(typeof(HardwareProfiles).Assembly, "hardware");

    public static IReadOnlyList<string> Names => BuiltIn.Names;

    /// <summary>Finds a built-in profile by name, or reads a file or the <c>profile.json</c> of a folder.</summary>
    /// <exception cref="InputException">Neither exists, or the file is not a profile.</exception>
    public static HardwareProfile Find(string nameOrPath)
    {
        if (BuiltIn.Match(nameOrPath) is { } name)
            return Read(BuiltIn.Read(name), $"profile {name}");
        var file = Directory.Exists(nameOrPath) ? Path.Combine(nameOrPath, FileName) : nameOrPath;
        return File.Exists(file)
            ? Read(SmallFile.Read(file, "profile").Span, file)
            : throw new InputException($"'{nameOrPath}' is not a profile or a file; {NearNames.Hint(nameOrPath, "profiles", Names)}");
    }

    private static HardwareProfile Read(ReadOnlySpan<byte> json, string origin)
    {
        try
        {
            StrictJson.Require(json);
            // Before the rest, which another version may have in another form.
            if (JsonSerializer.Deserialize(json, ProfileJson.Default.ProfileSchema)?.Schema is int schema and not HardwareProfile.CurrentSchema)
                throw new InputException($"{origin}: schema {schema} of another version of llmmem; must be {HardwareProfile.CurrentSchema}, as fitted to its results by this version");
            var profile = JsonSerializer.Deserialize(json, ProfileJson.Default.HardwareProfile) ?? throw new JsonException("it is null");
            ProfileCheck.Require(profile);
            return profile;
        }
        catch (Exception e) when (e is JsonException or FormatException or OverflowException or InvalidOperationException or ArgumentException)
        {
            throw new InputException($"{origin}: not a profile ({e.Message.Split(" Path: ", 2)[0].TrimEnd('.')}); must be a file that calibration wrote", e);
        }
    }
}
