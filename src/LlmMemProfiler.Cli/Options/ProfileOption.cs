using System.CommandLine;
using LlmMemProfiler.Calibration.Profiles;

namespace LlmMemProfiler.Cli.Options;

/// <summary>--profile: what calibration learned of the hardware, by a shipped name or as a file.</summary>
internal sealed class ProfileOption
{
    private readonly Option<string?> option = new("--profile")
    {
        Description = HardwareProfiles.Names.Count == 0
            ? "A hardware profile that 'llmmem calibrate' wrote"
            : $"A hardware profile: {string.Join(", ", HardwareProfiles.Names)}, or a file that 'llmmem calibrate' wrote",
        HelpName = "NAME|FILE",
    };

    public void AddTo(Command command) => command.Options.Add(option);

    /// <summary>The profile that was asked for; null where none was.</summary>
    public HardwareProfile? Read(ParseResult parsed) => parsed.GetValue(option) is { } name ? HardwareProfiles.Find(name) : null;
}
