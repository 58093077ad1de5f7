using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>A branch of a block with its weights.</summary>
internal sealed class LoadedBranch<TTensor>(Branch branch, int layer, Assembly<TTensor> parts)
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops = parts.Ops;
    private readonly long batch = parts.Workload.Batch;
    private readonly NormLayer<TTensor>? before = parts.NormOrNull(branch.Before);
    private readonly LoadedSublayer<TTensor> sublayer = LoadedSublayer<TTensor>.Of(branch.Sublayer, layer, parts);
    private readonly NormLayer<TTensor>? after = parts.NormOrNull(branch.After);
    private readonly NormLayer<TTensor>? afterSum = parts.NormOrNull(branch.AfterSum);
    private readonly double scale = branch.Scale, residualScale = branch.ResidualScale;

    /// <summary>True if what it gives is added to its normed input.</summary>
    public bool AddsToNormed => branch.AddsToNormed;

    /// <summary>What the sublayer reads of a hidden state: a new tensor, or a view.</summary>
    public TTensor Input(TTensor x, Pass<TTensor> pass) => before is null ? Same(x, pass) : before.Forward(x);

    /// <summary>A view of all rows, for a sublayer to dispose.</summary>
    public TTensor Same(TTensor x, Pass<TTensor> pass) => ops.Narrow(x, 0, 0, batch * pass.Tokens);

    /// <summary>What is added to the hidden state.</summary>
    /// <param name="input">Disposed.</param>
    /// <param name="before">The hidden state.</param>
    /// <param name="pass">The pass.</param>
    public TTensor Forward(TTensor input, TTensor before, Pass<TTensor> pass)
    {
        var output = Normed(sublayer.Forward(input, before, pass), after);
        if (scale != 1)
            ops.Scale(output, scale);
        return output;
    }

    /// <summary>Scales in place what the output is added to.</summary>
    public void ScaleResidual(TTensor x)
    {
        if (residualScale != 1)
            ops.Scale(x, residualScale);
    }

    /// <summary>The sum with the hidden state, which is consumed, as the next branch reads it.</summary>
    public TTensor Ended(TTensor sum) => Normed(sum, afterSum);

    private static TTensor Normed(TTensor x, NormLayer<TTensor>? norm)
    {
        if (norm is null)
            return x;
        using (x)
            return norm.Forward(x);
    }
}
