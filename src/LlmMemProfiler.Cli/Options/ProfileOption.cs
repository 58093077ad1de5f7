using System.CommandLine;
using System.Globalization;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Output;

namespace LlmMemProfiler.Cli.Options;

/// <summary>--profile: a hardware profile, by built-in name or file; without it, the one installed for the hardware in question.</summary>
internal sealed class ProfileOption
{
    private const string None = "none";

    private readonly Option<string?> option = new("--profile")
    {
        Description = $"Hardware profile: {string.Join(", ", HardwareProfiles.Names)}, a file written by 'llmmem calibrate', or none [default: the one that 'llmmem calibrate' installed for this hardware]",
        HelpName = "NAME|FILE|none",
    };

    public void AddTo(Command command) => command.Options.Add(option);

    /// <summary>The requested profile; without a request, the newest one installed for the hardware, which stderr tells; null if none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isWanted">True for a profile of the hardware that is predicted, or was measured.</param>
    public HardwareProfile? Read(ParseResult parsed, Func<HardwareProfile, bool> isWanted) =>
        ReadGiven(parsed) is (true, var profile) ? profile : Installed(isWanted);

    /// <summary>What the command line says, before the hardware is known: a profile, or none, or nothing.</summary>
    public (bool IsGiven, HardwareProfile? Profile) ReadGiven(ParseResult parsed) => parsed.GetValue(option) is { } name
        ? (true, name.Equals(None, StringComparison.OrdinalIgnoreCase) ? null : HardwareProfiles.Find(name))
        : (false, null);

    /// <summary>The newest installed profile of some hardware, which stderr tells; null if there is none.</summary>
    public static HardwareProfile? Installed(Func<HardwareProfile, bool> isWanted)
    {
        var remarks = new List<string>();
        var profile = InstalledProfiles.OfUser.Find(isWanted, remarks);
        Remarks.Show(remarks);
        if (profile is not null)
        {
            Remarks.Show([string.Create(
                CultureInfo.InvariantCulture,
                $"with the profile installed for this hardware: {profile.Name} of {profile.Evidence.Newest.UtcDateTime:yyyy-MM-dd}; --profile none takes none")]);
        }
        return profile;
    }
}
