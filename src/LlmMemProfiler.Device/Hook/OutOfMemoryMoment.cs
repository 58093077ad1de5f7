using LlmMemProfiler.Core.Allocation;

namespace LlmMemProfiler.Device.Hook;

/// <summary>What an allocator reported when it could not serve a request.</summary>
/// <param name="Tag">What was going on.</param>
/// <param name="Requested">Bytes that it could not get.</param>
/// <param name="Allocated">Bytes live then, by its own count.</param>
/// <param name="Reserved">Bytes held then; 0 on a CPU.</param>
public sealed record OutOfMemoryMoment(Tag Tag, long Requested, long Allocated, long Reserved);
