namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>One pass of T tokens per sequence, with what its layers share.</summary>
internal sealed class Pass<TTensor>(long position, long tokens, TTensor?[] masks, bool[] isShared, Angles<TTensor>[] angles, TTensor[] growths) : IDisposable
    where TTensor : class, IDisposable
{
    /// <summary>Positions already in the cache.</summary>
    public long Position => position;

    /// <summary>T.</summary>
    public long Tokens => tokens;

    /// <summary>A mask by its number in the <see cref="PassPlan{TTensor}"/>; null if none is needed.</summary>
    public TTensor? Mask(int number) => masks[number];

    /// <summary>Angles by their number in the <see cref="PassPlan{TTensor}"/>.</summary>
    public Angles<TTensor> Angles(int number) => angles[number];

    /// <summary>What queries are multiplied by, [T, 1], by its number in <see cref="GrowthTable"/>.</summary>
    public TTensor Growth(int number) => growths[number];

    /// <summary>Vectors of every layer beside the hidden state, [B·T, layers · width]; null if there are none.</summary>
    public TTensor? LayerInputs { get; set; }

    public void Dispose()
    {
        LayerInputs?.Dispose();
        foreach (var growth in growths)
            growth.Dispose();
        foreach (var angle in angles)
        {
            angle.Cosines.Dispose();
            angle.Sines.Dispose();
        }
        for (var i = 0; i < masks.Length; i++)
        {
            if (!isShared[i])
                masks[i]?.Dispose();
        }
    }
}

/// <summary>Angles of the positions of a pass, [T, pairs] each.</summary>
internal readonly record struct Angles<TTensor>(TTensor Cosines, TTensor Sines)
    where TTensor : class, IDisposable;
