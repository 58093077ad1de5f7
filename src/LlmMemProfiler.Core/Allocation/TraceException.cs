namespace LlmMemProfiler.Core.Allocation;

/// <summary>A stream of allocations contradicts itself: a block is taken twice, or freed though it was never taken.</summary>
public sealed class TraceException : Exception
{
    public TraceException(string message) : base(message) { }

    public TraceException(string message, Exception cause) : base(message, cause) { }

    public TraceException() { }
}
