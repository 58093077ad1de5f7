using LlmMemProfiler.Calibration.Profiles;
using LlmMemProfiler.Core;

namespace LlmMemProfiler.Calibration.Tests.Profiles;

public sealed class InstalledProfilesTests : IDisposable
{
    private static readonly HardwareProfile Profile = new Synthetic { Count = 60 }.Profile();

    private readonly string folder = Directory.CreateTempSubdirectory("llmmem-tests-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_newest_profile_of_the_hardware_that_is_wanted_is_found()
    {
        var installed = new InstalledProfiles(Path.Combine(folder, "made"));
        var remarks = new List<string>();
        Assert.Null(installed.Find(_ => true, remarks));

        var other = Profile with { Hardware = Profile.Hardware with { ProcessorId = "another of the same name" } };
        var newer = Profile with { Evidence = Profile.Evidence with { Newest = Profile.Evidence.Newest.AddDays(1) }, Overhead = Profile.Overhead with { Value = new(7) } };
        string[] files = [installed.Install(Profile), installed.Install(other), installed.Install(newer)];

        Assert.Equal((files[0], 2), (files[2], installed.All(remarks).Count));
        Assert.Equal(7, installed.Find(p => p.Hardware.ProcessorId is null, remarks)!.Overhead.Value.Bytes);
        Assert.Equal(other.Hardware, installed.Find(p => p.Hardware.ProcessorId is not null, remarks)!.Hardware);
        Assert.Empty(remarks);
    }

    [Fact]
    public void A_broken_file_is_named_and_the_others_are_found()
    {
        var installed = new InstalledProfiles(folder);
        installed.Install(Profile);
        File.WriteAllText(Path.Combine(folder, "a.json"), "{");
        var remarks = new List<string>();
        Assert.Single(installed.All(remarks));
        Assert.Contains("a.json: not a profile", Assert.Single(remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named_with_what_would_be_right()
    {
        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "");
        Assert.Contains(
            "XDG_DATA_HOME must be", Assert.ThrowsAny<InputException>(() => new InstalledProfiles(file).Install(Profile)).Message, StringComparison.Ordinal);
    }
}
