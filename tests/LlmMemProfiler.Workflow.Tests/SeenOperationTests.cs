using System.Globalization;
using CliWrap;
using CliWrap.Buffered;
using LlmMemProfiler.VirtualEvidence.Points;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>What operations of decoders took on another stand-in for CUDA, a table that lies beside the repository: each event is the same here.</summary>
public sealed class SeenOperationTests(CudaLibTorch libtorch)
{
    private static readonly string Table = Path.Combine(CudaLibTorch.Source, "operations.tsv");

    [Theory]
    [InlineData("7.5")]
    [InlineData("8.0")]
    [InlineData("8.6")]
    [InlineData("8.9")]
    [InlineData("9.0")]
    [InlineData("10.0")]
    [InlineData("12.0")]
    public async Task Each_event_of_an_operation_is_the_same(string capability)
    {
        Assert.SkipUnless(libtorch.Missing is null, libtorch.Missing ?? "");
        Assert.SkipUnless(File.Exists(Table), "the table of operations does not lie beside the repository");
        var ended = await CliWrap.Cli.Wrap(Path.Combine(AppContext.BaseDirectory, "LlmMemProfiler.VirtualEvidence"))
            .WithArguments(["operations", Table, capability, libtorch.Libraries])
            .WithEnvironmentVariables(e => SettingsDraw.Foreign.ToList().ForEach(name => e.Set(name, null)))
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(ended.ExitCode == 0, ended.StandardError);
        var lines = ended.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.DoesNotContain(lines, line => line.StartsWith("differs: ", StringComparison.Ordinal));
        // TorchSharp has no function for grouped heads, RMS norm and grouped products.
        Assert.Equal(10, lines.Count(line => line.StartsWith("left out: ", StringComparison.Ordinal)));
        Assert.InRange(int.Parse(lines[^1]["equal: ".Length..], CultureInfo.InvariantCulture), 130, 145);
    }
}
