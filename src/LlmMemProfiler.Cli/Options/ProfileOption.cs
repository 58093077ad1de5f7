using System.CommandLine;
using System.Globalization;
using LlmMemProfiler.Calibration.Profiles;

namespace LlmMemProfiler.Cli.Options;

/// <summary>--profile: a hardware profile, by built-in name or file; without it, the one installed for the hardware in question.</summary>
/// <param name="ofNone">What 'none' does besides.</param>
internal sealed class ProfileOption(string ofNone = "")
{
    private const string None = "none";

    private readonly Option<string?> option = new("--profile")
    {
        Description = $"Hardware profile: {string.Join(", ", HardwareProfiles.Names)}, a file written by 'llmmem calibrate', or none{ofNone} [default: the one that 'llmmem calibrate' installed for this hardware]",
        HelpName = "NAME|FILE|none",
    };

    public void AddTo(Command command) => command.Options.Add(option);

    /// <summary>The requested profile; without a request, the newest one installed for the hardware.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isWanted">True for a profile of the hardware that is predicted, or was measured.</param>
    public ChosenProfile Read(ParseResult parsed, Func<HardwareProfile, bool> isWanted) => ReadGiven(parsed) ?? ChosenProfile.Installed(isWanted);

    /// <summary>What the command line asks for, before the hardware is known: a profile, or none; null if it says nothing.</summary>
    public ChosenProfile? ReadGiven(ParseResult parsed) => parsed.GetValue(option) is { } name
        ? new(name.Equals(None, StringComparison.OrdinalIgnoreCase) ? null : HardwareProfiles.Find(name), []) { IsNone = name.Equals(None, StringComparison.OrdinalIgnoreCase) }
        : null;
}

/// <summary>A profile to apply, and what to tell about it.</summary>
/// <param name="Profile">The profile; null for none.</param>
/// <param name="Remarks">One per line.</param>
internal sealed record ChosenProfile(HardwareProfile? Profile, IReadOnlyList<string> Remarks)
{
    /// <summary>True if the command line asks for none.</summary>
    public bool IsNone { get; init; }

    /// <summary>The newest installed profile of some hardware, which a remark tells; none if there is none.</summary>
    public static ChosenProfile Installed(Func<HardwareProfile, bool> isWanted)
    {
        var remarks = new List<string>();
        var profile = InstalledProfiles.OfUser.Find(isWanted, remarks);
        if (profile is not null)
        {
            remarks.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"with the profile installed for this hardware: {profile.Name} of {profile.Evidence.Newest.UtcDateTime:yyyy-MM-dd}; --profile none takes none"));
        }
        return new(profile, remarks);
    }
}
