namespace LlmMemProfiler.Device.Probes;

/// <summary>What the kernel bounds by control groups; its names are these in lower case.</summary>
internal enum Controller
{
    Memory,

    /// <summary>Processor time.</summary>
    Cpu,
}

/// <summary>
/// The control group that this process is in, for one controller, of version 1 or 2 (cgroups(7); the kernel's
/// <c>admin-guide/cgroup-v2.rst</c> and <c>admin-guide/cgroup-v1</c>).
/// </summary>
/// <param name="IsFirstVersion">The version decides the names of the files.</param>
/// <param name="Folders">The group's folder and those of the groups around it, innermost first; empty without such a controller.</param>
internal sealed record ControlGroup(bool IsFirstVersion, IReadOnlyList<string> Folders)
{
    /// <param name="controller">Whose group; version 1 may have one for each.</param>
    /// <param name="root">A root other than '/', for tests.</param>
    public static ControlGroup Own(Controller controller, string root = "/")
    {
        var name = controller.ToString().ToLowerInvariant();
        var groups = Lines("proc/self/cgroup").Select(line => line.Split(':', 3)).Where(fields => fields.Length == 3).ToList();
        var mounts = Lines("proc/self/mountinfo").Select(CgroupMount.Parse).OfType<CgroupMount>().ToList();
        // Where both versions are mounted, a controller belongs to the first if that lists it.
        var first = groups.Find(fields => fields[1].Split(',').Contains(name));
        var own = first ?? groups.Find(fields => fields[0] == "0" && fields[1].Length == 0);
        var mount = mounts.Find(m => first is not null ? m.Type == "cgroup" && m.Options.Contains(name) : m.Type == "cgroup2");
        if (own is null || mount is null)
            return new(first is not null, []);
        var top = Path.TrimEndingDirectorySeparator(Path.Combine(root, mount.Point.TrimStart('/')));
        return new(first is not null, [.. Upward(Path.GetFullPath(Path.Combine(top, mount.Below(own[2]).TrimStart('/'))), top)]);

        string[] Lines(string file) => (ProcFile.Read(Path.Combine(root, file)) ?? "").Split('\n');
    }

    private static IEnumerable<string> Upward(string folder, string top)
    {
        // A group that is not there is that of another namespace, of which only the top is seen.
        if (!Directory.Exists(folder) || !folder.StartsWith(top + "/", StringComparison.Ordinal))
            folder = top;
        for (; folder.Length > top.Length; folder = Path.GetDirectoryName(folder)!)
            yield return folder;
        yield return top;
    }
}
