using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>One layer of a decoder with its weights.</summary>
internal sealed class LoadedBlock<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops;
    private readonly Residual residual;
    private readonly LoadedBranch<TTensor>[] branches;
    private readonly TTensor? outputScale;

    public LoadedBlock(DecoderBlock block, int layer, Assembly<TTensor> parts)
    {
        (ops, residual) = (parts.Ops, block.Residual);
        branches = [.. block.Branches.Select(branch => new LoadedBranch<TTensor>(branch, layer, parts))];
        outputScale = block.OutputScale.Count == 0 ? null : parts.Tensor(block.OutputScale[0].Name);
    }

    /// <summary>[B·T, d] → [B·T, d]; the input is consumed.</summary>
    public TTensor Forward(TTensor x, Pass<TTensor> pass)
    {
        if (residual != Residual.Sequential)
            x = Add(x, Together(x, pass));
        else
            x = OneByOne(x, pass);
        if (outputScale is not null)
            ops.Multiply(x, outputScale);
        return x;
    }

    private TTensor OneByOne(TTensor x, Pass<TTensor> pass)
    {
        foreach (var branch in branches)
        {
            var input = branch.Input(x, pass);
            if (branch.AddsToNormed)
            {
                x.Dispose();
                (x, input) = (input, branch.Same(input, pass));
            }
            var output = branch.Forward(input, x, pass);
            branch.ScaleResidual(x);
            x = branch.Ended(Add(x, output));
        }
        return x;
    }

    /// <summary>The sum of all branches, which read the same hidden state.</summary>
    private TTensor Together(TTensor x, Pass<TTensor> pass)
    {
        using var shared = residual == Residual.SharedNorm ? branches[0].Input(x, pass) : null;
        TTensor? sum = null;
        foreach (var branch in branches)
        {
            var output = branch.Forward(shared is null ? branch.Input(x, pass) : branch.Same(shared, pass), x, pass);
            sum = sum is null ? output : Add(sum, output);
        }
        return sum!;
    }

    /// <summary>a + b, both consumed.</summary>
    private TTensor Add(TTensor a, TTensor b)
    {
        using (a)
        using (b)
            return ops.Add(a, b);
    }
}
