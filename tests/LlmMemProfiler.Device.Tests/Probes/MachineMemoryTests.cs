using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device.Probes;

namespace LlmMemProfiler.Device.Tests.Probes;

public sealed class MachineMemoryTests : IDisposable
{
    private const string Meminfo = "MemTotal:       8192 kB\nMemFree:         100 kB\nMemAvailable:   4096 kB\n";

    private readonly string root = Directory.CreateTempSubdirectory("llmmem-test-").FullName;

    [Fact]
    public void Without_a_limit_the_machine_decides()
    {
        Write("proc/meminfo", Meminfo);
        Assert.Equal(Expected(8192, 4096), MachineMemory.Read(root));
    }

    [Fact]
    public void A_control_group_without_a_limit_says_max()
    {
        Write("proc/meminfo", Meminfo);
        Write("sys/fs/cgroup/memory.max", "max\n");
        Write("sys/fs/cgroup/memory.current", "1024\n");
        Assert.Equal(Expected(8192, 4096), MachineMemory.Read(root));
    }

    [Theory]
    [InlineData("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory.current")]
    [InlineData("sys/fs/cgroup/memory/memory.limit_in_bytes", "sys/fs/cgroup/memory/memory.usage_in_bytes")]
    public void A_control_groups_limit_counts_less_what_it_uses(string limit, string usage)
    {
        Write("proc/meminfo", Meminfo);
        Write(limit, $"{3000 * 1024}\n");
        Write(usage, $"{1000 * 1024}\n");
        Assert.Equal(Expected(3000, 2000), MachineMemory.Read(root));
    }

    [Fact]
    public void A_limit_above_the_machine_changes_nothing()
    {
        Write("proc/meminfo", Meminfo);
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        Assert.Equal(Expected(8192, 4096), MachineMemory.Read(root));
    }

    [Fact]
    public void What_cannot_be_read_is_null() => Assert.Equal(new(null, null), MachineMemory.Read(root));

    [Fact]
    public void This_machine_has_some()
    {
        var memory = MachineMemory.Read();
        Assert.True(memory.Available > new ByteSize(100 * ByteSize.MiB));
        Assert.True(memory.Total >= memory.Available);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private static MachineMemory Expected(long totalKib, long availableKib) => new(new ByteSize(totalKib * 1024), new ByteSize(availableKib * 1024));

    private void Write(string file, string text)
    {
        var path = Path.Combine(root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
