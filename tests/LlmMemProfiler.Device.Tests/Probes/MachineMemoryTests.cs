using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Tests.Probes;

public sealed class MachineMemoryTests : IDisposable
{
    private readonly FakeRoot root = new();

    public MachineMemoryTests() => root.Write("proc/meminfo", "MemTotal:       8192 kB\nMemFree:         100 kB\nMemAvailable:   4096 kB\n");

    [Fact]
    public void Without_a_group_the_machine_decides() => AssertIs(8192, 4096);

    [Fact]
    public void A_group_without_a_limit_says_max()
    {
        root.Unified("/user.slice");
        Group("user.slice", "max", 1);
        AssertIs(8192, 4096);
    }

    [Theory]
    // The group is at the mount point, as in a container with a namespace of its own.
    [InlineData("/", "/", "")]
    // It is somewhere below.
    [InlineData("/system.slice/job.scope", "/", "system.slice/job.scope")]
    // The mount shows a part of the tree, as in a container without one.
    [InlineData("/docker/1f2e", "/docker/1f2e", "")]
    [InlineData("/docker/1f2e/inner", "/docker/1f2e", "inner")]
    // A group of another namespace, of which only the top is seen.
    [InlineData("/../elsewhere", "/", "")]
    public void The_own_groups_limit_counts_less_what_it_uses(string group, string mounted, string folder)
    {
        root.Unified(group, mounted);
        Group(folder, $"{3000 * 1024}", 1000 * 1024);
        AssertIs(3000, 2000);
    }

    [Theory]
    [InlineData("/", "")]
    [InlineData("/process/1", "process/1")]
    public void So_it_does_in_version_1(string group, string folder)
    {
        root.Separate("memory", group);
        root.Write($"sys/fs/cgroup/memory/{folder}/memory.limit_in_bytes", $"{3000 * 1024}\n");
        root.Write($"sys/fs/cgroup/memory/{folder}/memory.usage_in_bytes", $"{1000 * 1024}\n");
        AssertIs(3000, 2000);
    }

    [Fact]
    public void A_group_around_it_may_be_tighter_in_its_limit_or_in_what_is_left()
    {
        root.Unified("/outer/inner");
        Group("outer", $"{5000 * 1024}", 4500 * 1024);
        Group("outer/inner", $"{3000 * 1024}", 1000 * 1024);
        AssertIs(3000, 500);
    }

    [Fact]
    public void Pages_of_files_that_would_be_dropped_first_are_available()
    {
        root.Unified("/");
        Group("", $"{3000 * 1024}", 2500 * 1024);
        root.Write("sys/fs/cgroup/memory.stat", $"anon {1000 * 1024}\ninactive_anon 1\ninactive_file {1500 * 1024}\nactive_file 2\n");
        AssertIs(3000, 2000);
    }

    [Fact]
    public void A_limit_above_the_machine_changes_nothing()
    {
        root.Separate("memory", "/");
        root.Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        root.Write("sys/fs/cgroup/memory/memory.usage_in_bytes", "4096\n");
        AssertIs(8192, 4096);
    }

    [Theory]
    [InlineData(false, "memory.events", "low 0\nhigh 0\nmax 31\noom 2\noom_kill 3\noom_group_kill 0\n")]
    [InlineData(true, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n")]
    public void The_kernel_counts_its_kills(bool isFirstVersion, string file, string text)
    {
        if (isFirstVersion)
            root.Separate("memory", "/jobs/7");
        else
            root.Unified("/jobs/7");
        root.Write($"sys/fs/cgroup/{(isFirstVersion ? "memory/" : "")}jobs/7/{file}", text);
        Assert.Equal(3, new MemoryGroup(root.Path).OomKills);
    }

    [Fact]
    public void What_cannot_be_read_is_null()
    {
        using var empty = new FakeRoot();
        Assert.Equal(new(null, null), MachineMemory.Read(empty.Path));
        Assert.Null(new MemoryGroup(empty.Path).OomKills);
    }

    [Fact]
    public void This_machine_has_some()
    {
        var memory = MachineMemory.Read();
        Assert.True(memory.Available > new ByteSize(100 * ByteSize.MiB));
        Assert.True(memory.Total >= memory.Available);
        Assert.True(OomKills.Count() >= 0);
    }

    public void Dispose() => root.Dispose();

    private void Group(string folder, string limit, long used)
    {
        root.Write($"sys/fs/cgroup/{folder}/memory.max", limit + "\n");
        root.Write($"sys/fs/cgroup/{folder}/memory.current", $"{used}\n");
    }

    private void AssertIs(long totalKib, long availableKib) =>
        Assert.Equal(new MachineMemory(new ByteSize(totalKib * 1024), new ByteSize(availableKib * 1024)), MachineMemory.Read(root.Path));
}
