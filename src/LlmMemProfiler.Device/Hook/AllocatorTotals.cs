using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Hook;

/// <summary>What a caching allocator counts of one level: now, and at its peak since the last reset.</summary>
public readonly record struct AllocatorLevel(ByteSize Current, ByteSize Peak);

/// <summary>A caching allocator's own statistics of one device.</summary>
/// <param name="Requested">What was asked for; nothing else tells it.</param>
/// <param name="Allocated">The blocks that were given for it.</param>
/// <param name="Reserved">The segments that hold the blocks.</param>
/// <param name="Retries">Times that it gave its cache back and tried again.</param>
/// <param name="OutOfMemory">Times that this did not help.</param>
public sealed record AllocatorTotals(AllocatorLevel Requested, AllocatorLevel Allocated, AllocatorLevel Reserved, long Retries, long OutOfMemory);
