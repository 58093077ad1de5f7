namespace LlmMemProfiler.Core.Allocation;

/// <summary>A sink that can tell whether the same events would do the same to it again.</summary>
internal interface ISteadySink : IAllocationSink
{
    /// <summary>
    /// Adds what decides, with the blocks that are live, what further events do: where two are equal and the same blocks are live, so are
    /// the effects of equal events.
    /// </summary>
    /// <returns>False if more than that decides.</returns>
    bool TryDescribe(ICollection<long> state);

    /// <summary>A live block has another number from now on.</summary>
    void Rename(ulong from, ulong to);

    /// <summary>So many events came that changed nothing, together.</summary>
    void Skip(long events);
}
