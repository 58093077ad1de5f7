namespace LlmMemProfiler.Core.Allocation;

/// <summary>An inconsistent stream of allocations: a block is allocated twice, or freed without being allocated.</summary>
public sealed class TraceException : Exception
{
    public TraceException(string message) : base(message) { }

    public TraceException(string message, Exception cause) : base(message, cause) { }

    public TraceException() { }
}
