namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>Sublayers in the place of one: each reads the block's state through its own norm, and their outputs are added.</summary>
/// <param name="Branches">Norm, sublayer and norm of each.</param>
public sealed record SideBySide(Sequence<Branch> Branches) : Sublayer
{
    internal override IEnumerable<Weight> Weights => Branches.SelectMany(branch => branch.Weights);

    internal override IEnumerable<Sublayer> Parts => Branches.SelectMany(branch => branch.Sublayer.Parts);
}
