using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>Finds a model's weights among its tensors.</summary>
internal static class GptWeights
{
    /// <summary>Collects the weights of a model that is <see cref="Unexecuted">executed</see> from the tensors of its <see cref="TensorTable"/>.</summary>
    public static ModelWeights<TTensor> From<TTensor>(ModelSpec model, IReadOnlyDictionary<string, TTensor> tensors)
        where TTensor : class, IDisposable
    {
        var tokens = Linear(model.Tokens.Name);
        return new ModelWeights<TTensor>(
            tokens,
            tensors[model.LearnedPositions!.Weight.Name],
            [.. model.Blocks.Select(Block)],
            model.FinalNorm is { } norm ? Norm(norm) : null,
            model.TiedOutput ? tokens : Linear(model.Output.Name));

        BlockWeights<TTensor> Block(DecoderBlock block)
        {
            var (attention, feedForward) = ((Attention)block.Branches[0].Sublayer, (FeedForward)block.Branches[1].Sublayer);
            return new(
                attention,
                Norm(block.Branches[0].Before!),
                Linear(attention.Projections[0].Name),
                Linear(attention.Output.Name),
                Norm(block.Branches[1].Before!),
                Linear(feedForward.Up.Name),
                Linear(feedForward.Down.Name));
        }

        NormWeights<TTensor> Norm(Norm norm) => new(tensors[$"{norm.Name}.{norm.WeightName}"], tensors[$"{norm.Name}.{norm.BiasName}"], norm.Epsilon);

        LinearWeights<TTensor> Linear(string name) => new(
            tensors[name + ".weight"],
            tensors.GetValueOrDefault(name + ".weight.scale"),
            tensors.GetValueOrDefault(name + ".bias"));
    }
}
