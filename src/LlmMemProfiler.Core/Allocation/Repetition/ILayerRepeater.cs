namespace LlmMemProfiler.Core.Allocation.Repetition;

/// <summary>Repeats what a layer did, for the layers after it that are like it.</summary>
public interface ILayerRepeater
{
    /// <summary>A layer begins that others like it follow.</summary>
    void Mark();

    /// <summary>The layer that began at the mark has ended.</summary>
    /// <param name="times">How many like it follow.</param>
    /// <returns>False if it did what cannot be repeated: the next one must be computed too.</returns>
    bool TryRepeat(int times);
}
