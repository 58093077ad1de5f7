namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>How the scores of an attention know the positions of its tokens.</summary>
public abstract record ScorePositions;

/// <summary>Queries and keys are rotated by their position.</summary>
/// <param name="Width">Elements of a head that are rotated: all, or the first ones.</param>
/// <param name="Base">θ of the frequencies base^(−2i/width).</param>
/// <remarks>Su et al. (2021), RoFormer.</remarks>
public sealed record Rotary(int Width, double Base) : ScorePositions
{
    /// <summary>How frequencies are changed for sequences longer than the model was trained on; null if they are not.</summary>
    public RotaryScaling? Scaling { get; init; }

    /// <summary>True if neighboring elements are a pair, false if those half a width apart are.</summary>
    public bool IsInterleaved { get; init; }
}

/// <summary>A change of rotary frequencies.</summary>
/// <param name="Kind">As <c>rope_type</c> in transformers: linear, dynamic, yarn, longrope, llama3, proportional.</param>
/// <param name="Numbers">Its parameters by name.</param>
/// <param name="Factors">Its lists of factors by name, one number for each frequency.</param>
/// <remarks>transformers, <c>modeling_rope_utils.py</c>.</remarks>
public sealed record RotaryScaling(
    string Kind, Sequence<(string Name, double Number)> Numbers, Sequence<(string Name, Sequence<double> Factors)> Factors)
{
    /// <summary>A parameter; null if it is not given.</summary>
    internal double? Number(string name)
    {
        foreach (var number in Numbers)
        {
            if (number.Name == name)
                return number.Number;
        }
        return null;
    }

    /// <summary>A list of factors; null if it is not given.</summary>
    internal Sequence<double>? List(string name)
    {
        foreach (var list in Factors)
        {
            if (list.Name == name)
                return list.Factors;
        }
        return null;
    }
}

/// <summary>Each head adds a slope times the distance.</summary>
/// <param name="LargestBias">Largest bias; 8 unless said otherwise.</param>
/// <remarks>Press et al. (2021), Train Short, Test Long.</remarks>
public sealed record Alibi(double LargestBias = 8) : ScorePositions
{
    /// <summary>Slopes are multiplied by it.</summary>
    public double Scale { get; init; } = 1;
}
