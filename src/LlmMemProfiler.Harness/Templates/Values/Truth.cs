namespace LlmMemProfiler.Harness.Templates.Values;

/// <summary>What counts as true: all but None, False, zero, and what is empty or undefined. A lazy sequence does not know whether it is.</summary>
public static class Truth
{
    public static bool Of(object? value) => value switch
    {
        null or Undefined => false,
        bool truth => truth,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        ValueMap map => map.Count > 0,
        ValueSequence { Kind: not SequenceKind.Lazy } sequence => sequence.Items.Count > 0,
        _ => true,
    };
}
