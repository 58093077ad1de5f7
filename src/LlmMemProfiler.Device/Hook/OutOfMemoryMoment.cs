using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Device.Hook;

/// <summary>An allocator's report of a failed request.</summary>
/// <param name="Tag">The operation in progress.</param>
/// <param name="Requested">Bytes of the failed request.</param>
/// <param name="Allocated">Bytes allocated at that time, by the allocator's own count.</param>
/// <param name="Reserved">Bytes reserved at that time; 0 on a CPU.</param>
public sealed record OutOfMemoryMoment(Tag Tag, long Requested, long Allocated, long Reserved);
