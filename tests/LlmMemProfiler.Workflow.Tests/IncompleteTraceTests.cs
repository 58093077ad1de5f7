using CliWrap;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>A run that could not keep its allocations one by one, as where the folder for temporary files is full.</summary>
public sealed class IncompleteTraceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The folder has room for 85 events of the run, which are fewer than are written at a time: only the last write fails.</summary>
    [Fact]
    public async Task It_says_so_and_is_no_evidence()
    {
        var (trace, full) = (folder.With("trace.json", "before"), Directory.CreateDirectory(Path.Combine(folder.Path, "full")).FullName);
        string[] mounted = ["--mount", "sh", "-c", $"mount -t tmpfs -o size=4k none {full} && exec \"$@\"", "sh"];
        var tried = await CliWrap.Cli.Wrap("unshare").WithArguments([.. mounted, "true"]).WithValidation(CommandResultValidation.None)
            .ExecuteAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(tried.ExitCode == 0, "a small file system cannot be mounted here");
        var ended = await Llmmem.Run(Llmmem.Command().WithEnvironmentVariables(e => e.Set("TMPDIR", full)).WithTargetFile("unshare").WithArguments([
            .. mounted, Llmmem.Executable, "run", "tiny", "--device", "cpu", "--prompt", "4", "--new-tokens", "2", "--trace", trace, "--json"]));
        // The record is whole; the trace that was asked for is not there.
        Assert.Equal(1, ended.Code);

        var record = ended.Json;
        Assert.Equal("ok", record.GetProperty("status").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, record.GetProperty("trace").ValueKind);
        Assert.Contains(record.GetProperty("measured").GetProperty("unknown").EnumerateArray(), line =>
            line.GetString()!.StartsWith("allocations one by one, and so how they compare with the prediction: the trace could not be written (No space left on device", StringComparison.Ordinal));
        // All but the order of events is known, to the byte.
        Assert.True(record.GetProperty("events").GetProperty("count").GetInt64() > 0);
        Assert.Equal(
            record.GetProperty("estimates")[2].GetProperty("tensor_peak_bytes").GetInt64(), record.GetProperty("measured").GetProperty("tensor_peak_bytes").GetInt64());
        Assert.Contains($"llmmem: --trace {trace}: not written", ended.Error, StringComparison.Ordinal);
        Assert.Equal("before", await File.ReadAllTextAsync(trace, TestContext.Current.CancellationToken));
        Assert.Equal([full, trace], Directory.GetFileSystemEntries(folder.Path).Order());

        var results = folder.With("results.jsonl", System.Text.Json.JsonSerializer.Serialize(record) + "\n");
        var validated = (await Llmmem.Run("validate", results, "--json")).Well().Json.GetProperty("traces").GetProperty("whole");
        Assert.Equal((1, 0), (validated.GetProperty("points").GetInt32(), validated.GetProperty("compared").GetInt32()));
    }
}
