using CliWrap;
using CliWrap.Buffered;

namespace LlmMemProfiler.Cli.Tests.Golden;

/// <summary>
/// A fresh folder in which command lines run, with the repository's profiles in it and nothing of the tester's environment: whatever
/// steers the program is set here, so that only what is masked differs between machines.
/// </summary>
internal sealed class GoldenPlace : IDisposable
{
    private const string Home = ".home", Profiles = "profiles", TerminalErrors = ".stderr";

    private readonly TemporaryFolder folder = new();

    public GoldenPlace()
    {
        Directory.CreateDirectory(Path.Combine(Folder, Home));
        Directory.CreateSymbolicLink(Path.Combine(Folder, Profiles), Path.Combine(Repository.Root, Profiles));
    }

    public string Folder => folder.Path;

    /// <summary>Runs a shell line; one that ends with '# 80 columns' in a terminal of that width, with its stderr in a file.</summary>
    public async Task<Ended> Run(string line)
    {
        if (line.Split(" # ") is not [var typed, var columns])
            return await Start("sh", "-c", line);
        var width = columns.Split(' ')[0];
        var ended = await Start("script", "-qefc", $"stty cols {width} rows 50 -echo -opost; {{ {typed}; }} 2> {TerminalErrors}", "/dev/null");
        return ended with { Error = File.ReadAllText(Path.Combine(Folder, TerminalErrors)) };
    }

    public string WithoutPaths(string text) => text
        .Replace(Folder, "<folder>", StringComparison.Ordinal)
        .Replace(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory), "<program>", StringComparison.Ordinal);

    public void Dispose() => folder.Dispose();

    private async Task<Ended> Start(params string[] command)
    {
        var result = await CliWrap.Cli.Wrap("env").WithArguments(["-i", .. Variables(), .. command])
            .WithWorkingDirectory(Folder).WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return new(result.ExitCode, result.StandardOutput, result.StandardError);
    }

    private IEnumerable<string> Variables()
    {
        yield return $"PATH={AppContext.BaseDirectory}:/usr/local/bin:/usr/bin:/bin";
        yield return $"HOME={Path.Combine(Folder, Home)}";
        yield return "LANG=C.UTF-8";
        yield return "TERM=xterm";
        yield return "SHELL=/bin/sh";
        // Attention's buffers, and with them the predictions for a CPU, depend on how many threads compute.
        yield return "OMP_NUM_THREADS=2";
        yield return "DOTNET_PROCESSOR_COUNT=2";
        // Threads that wait for work by spinning would take half of the tests' time.
        yield return "OMP_WAIT_POLICY=passive";
        // A value of one's own is kept, and with .NET's a run begins in half the time.
        yield return "DOTNET_TieredCompilation=1";
        // As in tests/test.runsettings.
        yield return "DOTNET_EnableWriteXorExecute=0";
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root)
            yield return $"DOTNET_ROOT={root}";
    }
}
