namespace LlmMemProfiler.Core.Accounts;

/// <summary>What the bytes of an account count. Accounts that count different things cannot be compared.</summary>
public enum Counted
{
    /// <summary>Bytes that were requested; on a CPU these are the blocks too.</summary>
    Requests,

    /// <summary>The caching allocator's blocks, which are rounded: all that the hook reports on CUDA.</summary>
    Blocks,
}
