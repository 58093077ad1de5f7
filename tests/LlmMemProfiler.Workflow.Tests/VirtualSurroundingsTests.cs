using CliWrap;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>A virtual GPU where nothing may be written or executed that usually may.</summary>
public sealed class VirtualSurroundingsTests(CudaLibTorch libtorch)
{
    /// <summary>The folder for temporary files is mounted noexec, the home cannot be written to, and nothing says where libraries lie.</summary>
    [Fact]
    public Task It_needs_no_folder_that_may_be_executed_and_no_home() =>
        Works(["--mount"], "mount -t tmpfs -o noexec none /tmp && mkdir /tmp/home && mount -t tmpfs -o ro none /tmp/home");

    /// <summary>Linux 6.3 and later can forbid to execute memory, for a namespace of processes.</summary>
    [Fact]
    public Task It_goes_by_a_file_where_memory_may_not_be_executed() =>
        Works(["--mount", "--pid", "--fork", "--mount-proc"], "echo 2 > /proc/sys/vm/memfd_noexec");

    private async Task Works(string[] namespaces, string prepare)
    {
        Assert.SkipUnless(libtorch.Missing is null, libtorch.Missing ?? "");
        // The program, the libtorch and what .NET writes lie elsewhere than in /tmp.
        string[] inside = [.. namespaces, "sh", "-c", $"mount --bind \"$0\" /mnt && {prepare} && exec \"$@\"", libtorch.Libraries];
        var tried = await CliWrap.Cli.Wrap("unshare").WithArguments([.. inside, "true"]).WithValidation(CommandResultValidation.None)
            .ExecuteAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(tried.ExitCode == 0, "such surroundings cannot be made here");
        var record = (await Llmmem.Run(Llmmem.Command().WithTargetFile("unshare")
            .WithEnvironmentVariables(e => e.Set("LLMMEM_LIBTORCH", null).Set("LD_LIBRARY_PATH", null).Set("HOME", "/tmp/home").Set("XDG_DATA_HOME", null))
            .WithArguments([.. inside, Llmmem.Executable, "run", "tiny", "--device", "virtual:h100", "--libtorch", "/mnt", "--json"]))).Well().Json;

        Assert.Equal(0, record.GetProperty("trace").GetProperty("differences").GetInt64());
    }
}
