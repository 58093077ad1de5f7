namespace LlmMemProfiler.Device.Tests.Probes;

/// <summary>A folder that stands for '/', with the kernel's files as a test wants them.</summary>
internal sealed class FakeRoot : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("llmmem-test-").FullName;

    public void Write(string file, string text)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Version 2, as systemd mounts it.</summary>
    /// <param name="group">The process's group.</param>
    /// <param name="mounted">The group at the mount point.</param>
    public void Unified(string group, string mounted = "/")
    {
        Write("proc/self/cgroup", $"0::{group}\n");
        Write("proc/self/mountinfo", $"""
            22 28 0:20 / /proc rw,nosuid - proc proc rw
            30 23 0:26 {mounted} /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot

            """);
    }

    /// <summary>Version 1, with the controllers on their own mounts and an empty version 2 beside them.</summary>
    public void Separate(string controller, string group, string mounted = "/")
    {
        Write("proc/self/cgroup", $"9:name=systemd:/\n4:{controller}:{group}\n0::/\n");
        Write("proc/self/mountinfo", $"""
            35 31 0:32 {mounted} /sys/fs/cgroup/{controller} rw,relatime - cgroup cgroup rw,{controller}
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw

            """);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
