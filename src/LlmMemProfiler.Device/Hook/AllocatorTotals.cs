using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Device.Hook;

/// <summary>A caching allocator's own current statistics for one device.</summary>
/// <param name="Requested">Bytes requested; no other source reports them.</param>
/// <param name="Allocated">Bytes of the blocks that serve the requests.</param>
/// <param name="Reserved">Bytes of the segments that hold the blocks.</param>
public sealed record AllocatorTotals(ByteSize Requested, ByteSize Allocated, ByteSize Reserved);
