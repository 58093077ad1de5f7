using System.Globalization;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>A process that is ended while it writes a file: nothing is left of that, and what was there stays.</summary>
public sealed class EndedWritingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What no program can hear, and what comes when somebody doesn't want to wait for the current step.</summary>
    [Theory(Timeout = 600_000)]
    [InlineData("-KILL")]
    [InlineData("-INT", "-INT")]
    public async Task Nothing_is_left_of_what_was_not_whole(params string[] signals)
    {
        var model = folder.With("slow.json", SlowModel.Json);
        var files = Directory.CreateDirectory(Path.Combine(folder.Path, "files")).FullName;
        using (var unnamed = UnnamedFile.Create(files))
            Assert.SkipWhen(unnamed is null, "the folder's file system has no files without a name");
        var before = Path.Combine(files, "logits.safetensors");
        await File.WriteAllTextAsync(before, "before", TestContext.Current.CancellationToken);
        using var run = new MarkedProcesses().Start(
            "run", model, "--device", "cpu", "--dtype", "fp32", "--prompt", "8", "--new-tokens", "4000",
            "--save-logits", before, "--trace", Path.Combine(files, "trace.json"));
        Assert.True(await Moment.Comes(() => Opened(run.Id).Count(path => path.StartsWith(files, StringComparison.Ordinal)) == 2), "nothing is written");
        foreach (var (number, signal) in signals.Index())
        {
            // The second of two at once would be the first.
            for (string? line = ""; number > 0 && line?.Contains("interrupted", StringComparison.Ordinal) == false;)
                line = await run.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
            await MarkedProcesses.Send(signal, run.Id);
        }
        Assert.True(await Moment.Comes(() => run.HasExited), "it goes on");
        Assert.Equal("before", await File.ReadAllTextAsync(before, TestContext.Current.CancellationToken));
        Assert.Equal([before], Directory.GetFileSystemEntries(files));
    }

    /// <summary>What a process has open, as the kernel names it; what has no name goes by its folder and number.</summary>
    private static IEnumerable<string> Opened(int process)
    {
        try
        {
            return [.. Directory.GetFiles(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd")).Select(link => new FileInfo(link).LinkTarget ?? "")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Closed, or ended, meanwhile.
            return [];
        }
    }
}
