using CliWrap;
using CliWrap.Buffered;
using LlmMemProfiler.VirtualEvidence.Points;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>
/// 300 random points, always the same ones, on virtual GPUs: the real libtorch decides, and every event and both levels have to be predicted.
/// Each process runs ten. <c>scripts/virtual-evidence.sh</c> runs any number.
/// </summary>
public sealed class RandomPointTests(CudaLibTorch libtorch)
{
    private const int Seed = 16;

    public static TheoryData<int> Processes => [.. Enumerable.Range(0, 300 / PointProcess.Size)];

    [Theory]
    [MemberData(nameof(Processes))]
    public async Task Random_points_are_predicted(int process)
    {
        Assert.SkipUnless(libtorch.Missing is null, libtorch.Missing ?? "");
        var ended = await CliWrap.Cli.Wrap(Path.Combine(AppContext.BaseDirectory, "LlmMemProfiler.VirtualEvidence"))
            .WithArguments(["process", $"{Seed}", $"{process}", libtorch.Libraries])
            .WithEnvironmentVariables(e => SettingsDraw.Foreign.ToList().ForEach(name => e.Set(name, null)))
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(ended.ExitCode == 0, ended.StandardError);
        var results = ended.StandardOutput.Split('\n').Select(PointResult.OfJson).OfType<PointResult>().ToList();
        Assert.Equal(PointProcess.Size, results.Count);
        foreach (var result in results)
            Assert.True(result.Difference is null, $"seed {Seed}, process {process}, point {result.Place}: {result.Difference}\n{result.Command}");
    }
}
