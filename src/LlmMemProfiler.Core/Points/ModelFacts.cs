using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Models.Layers;

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
    /// <summary>Its config; null for a model that its dimensions describe.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonConverter(typeof(ConfigConverter))]
    public string? Config { get; init; }

    public static ModelFacts Of(ModelSpec m) => new(
        m.Name, m.Parameters, m.Layers, m.DModel, HeadsOf(m).Heads, HeadsOf(m).KvHeads, HeadsOf(m).HeadDim, WidthOf(m), m.Vocabulary, m.Positions,
        m.TiedOutput, HasBias(m), m.FinalNorm is not null)
    {
        Config = m.Config,
    };

    /// <summary>The model that was recorded.</summary>
    /// <exception cref="InputException">The dimensions, or the config, are invalid.</exception>
    public ModelSpec ToSpec() => Config is { } config ? KeptConfig.Read(config, Name) : new GptSizes
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
    }.Model("record");

    private static (int Heads, int KvHeads, int HeadDim) HeadsOf(ModelSpec model) => model.Sublayers.FirstOrDefault(s => s is Attention or LatentAttention) switch
    {
        Attention a => (a.Heads, a.KvHeads, a.HeadDim),
        LatentAttention a => (a.Heads, a.Heads, a.PlainDim + a.RotaryDim),
        _ => (0, 0, 0),
    };

    private static int WidthOf(ModelSpec model) => model.Sublayers.FirstOrDefault(s => s is FeedForward or Experts) switch
    {
        FeedForward f => f.Width,
        Experts e => e.Width,
        _ => 0,
    };

    private static bool HasBias(ModelSpec model) => model.Sublayers.Any(s => s is Attention { Output.HasBias: true });
}
