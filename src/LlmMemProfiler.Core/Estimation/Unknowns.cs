namespace LlmMemProfiler.Core.Estimation;

/// <summary>What an estimate does not cover, in words.</summary>
public static class Unknowns
{
    /// <summary>Without a profile or anything else that tells the overhead.</summary>
    public const string Overhead = "overhead: context, modules and residual need a hardware profile; the device total exceeds this total";

    /// <summary>Without a target device.</summary>
    internal static IReadOnlyList<string> WithoutTarget { get; } =
        ["allocated and reserved peak: kernel scratch and allocator rounding depend on device and library", Overhead];

    internal static IReadOnlyList<string> Of(Target? target)
    {
        if (target is null)
            return WithoutTarget;
        IEnumerable<string> levels = target switch
        {
            { NotSimulated: { } reason } => [$"allocated and reserved peak: {reason}"],
            { Allocator: null } => ["reserved peak: not reported by the C library's allocator"],
            _ => [],
        };
        return [.. target.Kernels.Unknown, .. levels, Overhead];
    }
}
