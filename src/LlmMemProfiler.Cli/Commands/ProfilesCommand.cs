using System.CommandLine;
using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Cli.Options;
using LlmMemProfiler.Cli.Output;

namespace LlmMemProfiler.Cli.Commands;

/// <summary><c>llmmem profiles</c>: the profiles at hand, side by side.</summary>
internal static class ProfilesCommand
{
    public static Command Create()
    {
        var json = JsonOption.Create();
        var command = new Command("profiles", "List and compare the profiles that 'llmmem calibrate' installed, and the built-in ones") { json };
        command.SetAction(parsed =>
        {
            var remarks = new List<string>();
            var profiles = InstalledProfiles.OfUser.All(remarks).Select(p => Row(p, isInstalled: true))
                .Concat(HardwareProfiles.Names.Select(name => Row(HardwareProfiles.Find(name) with { Name = name }, isInstalled: false)))
                .ToList();
            if (parsed.GetValue(json))
                JsonOption.Print(parsed.InvocationConfiguration.Output, new ProfilesRecord(ProfilesRecord.CurrentSchema, InstalledProfiles.OfUser.Folder, profiles));
            else
                ProfileList.Show(profiles, InstalledProfiles.OfUser.Folder);
            Remarks.Show(remarks);
            return ExitCode.Done;
        });
        return command.WithExamples("profiles", "profiles --json");
    }

    private static ProfileRow Row(HardwareProfile profile, bool isInstalled) => ProfileRow.Of(profile, isInstalled, ThisMachine.Has(profile));
}
