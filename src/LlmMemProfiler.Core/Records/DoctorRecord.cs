namespace LlmMemProfiler.Core.Records;

public enum FindingState
{
    Good,

    /// <summary>Not there, and not needed for a run on the CPU.</summary>
    Absent,

    /// <summary>Needed, or there and not working.</summary>
    Failed,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="What">Its name.</param>
/// <param name="State">Whether it is there and works.</param>
/// <param name="Found">What was found, or why not and what would help.</param>
public sealed record Finding(string What, FindingState State, string Found);

/// <summary>What a machine offers for measuring: what <c>llmmem doctor --json</c> prints.</summary>
/// <param name="Schema">Version of this record.</param>
/// <param name="CanRun">True where a run on the CPU at least is possible and its allocations are seen.</param>
/// <param name="Findings">What was looked at, in order.</param>
public sealed record DoctorRecord(int Schema, bool CanRun, IReadOnlyList<Finding> Findings)
{
    public const int CurrentSchema = 1;
}
