using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Core.Points;

/// <summary>A model as stored in records.</summary>
public sealed record ModelFacts(
    string Name,
    long Parameters,
    int Layers,
    int DModel,
    int Heads,
    int KvHeads,
    int HeadDim,
    int DFf,
    int Vocabulary,
    int Positions,
    bool TiedOutput,
    bool LinearBias,
    bool FinalNorm)
{
    public static ModelFacts Of(ModelSpec m) => new(
        m.Name, TensorTable.Parameters(m), m.Layers, m.DModel, m.Heads, m.KvHeads, m.HeadDim, m.DFf, m.Vocabulary, m.Positions,
        m.TiedOutput, m.LinearBias, m.FinalNorm);

    /// <summary>The model that was recorded.</summary>
    /// <exception cref="InputException">The dimensions are invalid.</exception>
    public ModelSpec ToSpec() => new ModelSpec
    {
        Name = Name,
        Layers = Layers,
        DModel = DModel,
        Heads = Heads,
        KvHeads = KvHeads,
        DFf = DFf,
        Vocabulary = Vocabulary,
        Positions = Positions,
        TiedOutput = TiedOutput,
        LinearBias = LinearBias,
        FinalNorm = FinalNorm,
    }.Validated("record");
}
