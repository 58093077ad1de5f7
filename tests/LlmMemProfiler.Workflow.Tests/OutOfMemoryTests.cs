using CliWrap;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>Whether memory ran out is told by the kernel's count of the process's own control group, whose limit is also the room for a point.</summary>
public sealed class OutOfMemoryTests : IDisposable
{
    /// <summary>Enough for the sweep itself and a worker's libtorch, and too little for gpt2 in fp32, which has 623 MB of weights.</summary>
    private const long Limit = 500 << 20;

    /// <summary>In a group of its own, made below the test's.</summary>
    private const string InGroup = """
        group=$(awk -F: '$2 == "memory" { print "/sys/fs/cgroup/memory" $3 }' /proc/self/cgroup)
        limit=memory.limit_in_bytes
        [ -n "$group" ] || { group=/sys/fs/cgroup$(awk -F: '$1 == "0" { print $3 }' /proc/self/cgroup); limit=memory.max; }
        group=$group/$1; shift
        { mkdir "$group" && echo "$1" > "$group/$limit" && echo $$ > "$group/cgroup.procs"; } 2> /dev/null || exit 77
        shift
        exec "$@"
        """;

    private readonly SweepFolder sweep = new();
    private readonly string group = $"llmmem-test-{Guid.NewGuid():N}";

    [Fact(Timeout = 600_000)]
    public async Task A_worker_that_the_kernel_kills_has_run_out_of_memory()
    {
        sweep.PlanIs("""{"points":[{"model":"gpt2","dtype":"fp32","prompt":8,"new_tokens":2}]}""");
        var planned = await Run("--dry-run", "--json");
        Assert.SkipWhen(planned.Code == 77, "no control group with a limit can be made here");
        Assert.InRange(planned.Well().Json.GetProperty("room_bytes").GetInt64(), 1, Limit);
        Assert.Equal(1, SweepFolder.Count(planned.Json, "skipped"));

        _ = (await Run("--no-skip", "--json")).Well();
        var record = Assert.Single(sweep.Records());
        Assert.Equal("oom", record.GetProperty("status").GetString());
        Assert.Matches(@"killed by signal 9 \(SIGKILL\) in load \(.*\); the kernel's out-of-memory kills meanwhile: 1", record.GetProperty("error").GetString()!);
    }

    private Task<Ended> Run(params string[] more) => Llmmem.Run(Llmmem.Command().WithTargetFile("sh").WithArguments(
        ["-c", InGroup, "sh", $"{group}-{more.Length}{more[0]}", $"{Limit}", Llmmem.Executable, .. sweep.Arguments(more)]));

    public void Dispose()
    {
        sweep.Dispose();
        // Empty by now; the kernel takes away what has no processes.
        foreach (var folder in Directory.EnumerateDirectories("/sys/fs/cgroup", $"{group}*", new EnumerationOptions { RecurseSubdirectories = true }))
            _ = CliWrap.Cli.Wrap("rmdir").WithArguments([folder]).WithValidation(CommandResultValidation.None).ExecuteAsync().Task.Wait(TimeSpan.FromSeconds(10));
    }
}
