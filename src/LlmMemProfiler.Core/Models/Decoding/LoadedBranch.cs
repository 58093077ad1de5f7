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
    private readonly double scale = branch.Scale;

    /// <summary>What the sublayer reads of a hidden state: a new tensor, or a view.</summary>
    public TTensor Input(TTensor x, Pass<TTensor> pass) => before is null ? Same(x, pass) : before.Forward(x);

    /// <summary>A view of all rows, for a sublayer to dispose.</summary>
    public TTensor Same(TTensor x, Pass<TTensor> pass) => ops.Narrow(x, 0, 0, batch * pass.Tokens);

    /// <summary>What is added to the hidden state.</summary>
    /// <param name="input">Disposed.</param>
    /// <param name="pass">The pass.</param>
    public TTensor Forward(TTensor input, Pass<TTensor> pass)
    {
        var output = Normed(sublayer.Forward(input, pass), after);
        if (scale != 1)
            ops.Scale(output, scale);
        return output;
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
