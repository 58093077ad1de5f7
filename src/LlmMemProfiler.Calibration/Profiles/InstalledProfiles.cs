using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>
/// The profiles that <c>llmmem calibrate</c> keeps for this user, one file per hardware and software, so that later commands on the same
/// machine find theirs: <c>$XDG_DATA_HOME/llmmem/profiles</c>, by default in <c>~/.local/share</c>.
/// </summary>
/// <remarks>XDG Base Directory Specification 0.8: a relative path in the variable is ignored.</remarks>
public sealed class InstalledProfiles(string folder)
{
    public static InstalledProfiles OfUser { get; } = new(Path.Combine(DataFolder(), "llmmem", "profiles"));

    /// <summary>Where they are.</summary>
    public string Folder => folder;

    /// <summary>Keeps a profile in place of an earlier one for the same hardware and software.</summary>
    /// <returns>The file written.</returns>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    public string Install(HardwareProfile profile)
    {
        var file = Path.Combine(folder, $"{profile.Name}-{Identity(profile.Hardware)}.json");
        try
        {
            Directory.CreateDirectory(folder);
            OutputFile.Write(file, [.. JsonSerializer.SerializeToUtf8Bytes(profile, ProfileJson.Default.HardwareProfile), (byte)'\n']);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot write ({e.Message.TrimEnd('.')}); XDG_DATA_HOME must be a writable folder", e);
        }
    }

    /// <summary>All profiles, newest evidence first.</summary>
    /// <param name="remarks">Receives one line for each file that is not a profile of this version.</param>
    public IReadOnlyList<HardwareProfile> All(ICollection<string> remarks)
    {
        var profiles = new List<HardwareProfile>();
        foreach (var file in Files(remarks))
        {
            try
            {
                profiles.Add(HardwareProfiles.Find(file));
            }
            catch (InputException e)
            {
                remarks.Add(e.Message);
            }
        }
        return [.. profiles.OrderByDescending(p => p.Evidence.Newest)];
    }

    /// <summary>The newest profile that passes a test; null if none does.</summary>
    public HardwareProfile? Find(Func<HardwareProfile, bool> isWanted, ICollection<string> remarks) => All(remarks).FirstOrDefault(isWanted);

    private IReadOnlyList<string> Files(ICollection<string> remarks)
    {
        try
        {
            return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody asked for these profiles; without them, commands do what they did before there were any.
            remarks.Add($"{folder}: cannot read installed profiles ({e.Message.TrimEnd('.')})");
            return [];
        }
    }

    /// <summary>Tells hardware and software of one name apart.</summary>
    private static string Identity(HardwareKey hardware) =>
        Convert.ToHexStringLower(Sha256.Of(JsonSerializer.SerializeToUtf8Bytes(hardware, ProfileJson.Default.HardwareKey)))[..8];

    /// <summary>A user without a home has it at the root, where it cannot be written, and never in the working directory.</summary>
    private static string DataFolder() =>
        Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } set && Path.IsPathRooted(set)
            ? set
            : Path.Combine("/", Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
}
