namespace LlmMemProfiler.Core.Allocation.Repetition;

/// <summary>Receives events, and how often some of them come again.</summary>
internal interface ISectionSink : IAllocationSink
{
    /// <summary>What comes next may be repeated.</summary>
    void Mark();

    /// <summary>What came since the mark comes again.</summary>
    /// <param name="section">What came.</param>
    /// <param name="times">How often it comes besides.</param>
    void Repeat(Section section, int times);
}
