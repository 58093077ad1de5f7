// Commands start, wait, and write to disk: two cores keep more than two of them busy.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace LlmMemProfiler.Cli.Tests.Golden;

/// <summary>
/// Everything that the program says and writes is as it was recorded, byte for byte. Where a change is meant, LLMMEM_RECORD_GOLDEN=1
/// records anew; the difference then stands in the commit.
/// </summary>
public abstract class GoldenTests
{
    /// <summary>Every third recording: a class runs one after the other, and most of the time it waits for processes.</summary>
    protected static TheoryData<string> Third(int first) => [.. Transcript.Names.Where((_, i) => i % 3 == first)];

    protected static async Task RequireSame(string name)
    {
        var recorded = Transcript.Read(name);
        var seen = await TranscriptPlayer.Play(recorded);
        if (Environment.GetEnvironmentVariable("LLMMEM_RECORD_GOLDEN") is "1")
        {
            seen.Write();
            // A run that records has compared nothing.
            Assert.Fail($"{name} is recorded anew; run again without LLMMEM_RECORD_GOLDEN");
        }
        if (seen.Text != recorded.Text)
            Assert.Fail($"{name} differs from its recording, {ShortDiff.Of(recorded.Text, seen.Text)}");
    }
}

public class FirstGoldenTests : GoldenTests
{
    public static TheoryData<string> Names => Third(0);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Output_is_what_was_recorded(string name) => RequireSame(name);
}

public class SecondGoldenTests : GoldenTests
{
    public static TheoryData<string> Names => Third(1);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Output_is_what_was_recorded(string name) => RequireSame(name);
}

public class ThirdGoldenTests : GoldenTests
{
    public static TheoryData<string> Names => Third(2);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Output_is_what_was_recorded(string name) => RequireSame(name);
}

public class GoldenCoverageTests
{
    private static readonly string[] Commands =
        ["estimate", "run", "sweep", "calibrate", "validate", "report", "replay", "doctor", "claims", "hook-cost", "worker"];

    [Fact]
    public void Every_command_is_recorded_and_so_is_its_help()
    {
        var lines = Transcript.Names.SelectMany(name => Transcript.Read(name).Lines).ToList();
        Assert.All(Commands, command => Assert.Contains($"llmmem {command} --help", lines));
        Assert.All(Commands, command => Assert.Contains(
            lines, line => line.Contains($"llmmem {command}", StringComparison.Ordinal) && !line.Contains("--help", StringComparison.Ordinal)));
        Assert.InRange(lines.Count(line => line.Contains("llmmem ", StringComparison.Ordinal)), 150, int.MaxValue);
    }
}
