namespace LlmMemProfiler.Core.Estimation;

/// <summary>What an estimate leaves open, in words.</summary>
internal static class Unknowns
{
    private const string Overhead = "overhead: context, modules and residual need a hardware profile; the device total is more than this total";

    /// <summary>Without a device in view.</summary>
    public static IReadOnlyList<string> WithoutTarget { get; } =
        ["allocated and reserved peak: kernels' scratch and the allocator's rounding depend on device and library", Overhead];

    public static IReadOnlyList<string> Of(Target? target)
    {
        if (target is null)
            return WithoutTarget;
        IEnumerable<string> reserved = target.Allocator is null ? ["reserved peak: the C library's allocator does not tell"] : [];
        return [.. target.Kernels.Unknown, .. reserved, Overhead];
    }
}
