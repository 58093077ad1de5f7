using CliWrap;
using CliWrap.Buffered;
using LlmMemProfiler.VirtualEvidence.Points;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>Each family on virtual GPUs of three generations (on five, with all workloads: scripts/virtual-evidence.sh --families): the real libtorch decides, and every event and both levels have to be predicted.</summary>
public sealed class FamilyPointTests(CudaLibTorch libtorch)
{
    /// <summary>Each family has another workload on each card.</summary>
    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var (round, gpu) in ((string[])["t4", "rtx-4090", "b200"]).Index())
            {
                for (var part = 0; part < FamilyPoints.Processes; part++)
                    cases.Add(gpu, (round * FamilyPoints.Processes) + part);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Families_are_predicted(string gpu, int number)
    {
        Assert.SkipUnless(libtorch.Missing is null, libtorch.Missing ?? "");
        var ended = await CliWrap.Cli.Wrap(Path.Combine(AppContext.BaseDirectory, "LlmMemProfiler.VirtualEvidence"))
            .WithArguments(["families", gpu, $"{number}", libtorch.Libraries])
            .WithEnvironmentVariables(e => SettingsDraw.Foreign.ToList().ForEach(name => e.Set(name, null)))
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(ended.ExitCode == 0, ended.StandardError);
        var results = ended.StandardOutput.Split('\n').Select(PointResult.OfJson).OfType<PointResult>().ToList();
        Assert.Equal(FamilyPoints.On(gpu, number).Points.Count, results.Count);
        foreach (var result in results)
            Assert.True(result.Difference is null, $"{gpu}, process {number}, point {result.Place}: {result.Difference}\n{result.Command}");
    }
}
