namespace LlmMemProfiler.Device.Probes;

/// <summary>Where a hierarchy of control groups is mounted: a line of <c>/proc/self/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
/// <param name="Root">The group that stands at the mount point; in a container often not '/'.</param>
/// <param name="Point">The mount point.</param>
/// <param name="Type">'cgroup' or 'cgroup2'.</param>
/// <param name="Options">Version 1: its controllers, among other options.</param>
internal sealed record CgroupMount(string Root, string Point, string Type, IReadOnlyList<string> Options)
{
    /// <summary>A line's mount; null if it is none of control groups.</summary>
    public static CgroupMount? Parse(string line)
    {
        var halves = line.Split(" - ", 2);
        var (left, right) = (halves[0].Split(' '), halves[^1].Split(' '));
        return halves.Length == 2 && left.Length >= 6 && right.Length >= 3 && right[0] is "cgroup" or "cgroup2"
            ? new(Unescaped(left[3]), Unescaped(left[4]), right[0], right[2].Split(','))
            : null;
    }

    /// <summary>A group's path below the mount point; empty if it lies outside, as seen from within another namespace.</summary>
    public string Below(string group) => Root == "/" ? group
        : group == Root || group.StartsWith(Root + "/", StringComparison.Ordinal) ? group[Root.Length..]
        : "";

    /// <summary>Blanks, tabs, line feeds and backslashes are written in octal.</summary>
    private static string Unescaped(string text) => text.Replace(@"\040", " ").Replace(@"\011", "\t").Replace(@"\012", "\n").Replace(@"\134", @"\");
}
