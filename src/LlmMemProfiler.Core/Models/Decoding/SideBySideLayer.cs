using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>Sublayers in the place of one, with their weights: the sum of what each makes of the same rows.</summary>
internal sealed class SideBySideLayer<TTensor>(SideBySide sublayer, int layer, Assembly<TTensor> parts) : LoadedSublayer<TTensor>
    where TTensor : class, IDisposable
{
    private readonly ITensorOps<TTensor> ops = parts.Ops;
    private readonly LoadedBranch<TTensor>[] branches = [.. sublayer.Branches.Select(branch => new LoadedBranch<TTensor>(branch, layer, parts))];

    public override TTensor Forward(TTensor input, Pass<TTensor> pass)
    {
        using (input)
        {
            TTensor? sum = null;
            foreach (var branch in branches)
            {
                var output = branch.Forward(branch.Input(input, pass), input, pass);
                sum = sum is null ? output : Add(sum, output);
            }
            return sum!;
        }
    }

    private TTensor Add(TTensor a, TTensor b)
    {
        using (a)
        using (b)
            return ops.Add(a, b);
    }
}
