using System.CommandLine;
using LlmMemProfiler.Calibration.Profiles;

namespace LlmMemProfiler.Cli.Options;

/// <summary>--profile: a hardware profile, by built-in name or file.</summary>
internal sealed class ProfileOption
{
    private readonly Option<string?> option = new("--profile")
    {
        Description = HardwareProfiles.Names.Count == 0
            ? "Hardware profile file written by 'llmmem calibrate'"
            : $"Hardware profile: {string.Join(", ", HardwareProfiles.Names)}, or a file written by 'llmmem calibrate'",
        HelpName = "NAME|FILE",
    };

    public void AddTo(Command command) => command.Options.Add(option);

    /// <summary>The requested profile; null if none.</summary>
    public HardwareProfile? Read(ParseResult parsed) => parsed.GetValue(option) is { } name ? HardwareProfiles.Find(name) : null;
}
