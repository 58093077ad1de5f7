using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Jiang et al. (2023), Mistral 7B; transformers, <c>models/mistral</c> and <c>models/ministral3</c>.</remarks>
internal sealed class MistralFamily : LlamaLike
{
    /// <summary>Stands among the rotary parameters, and is how queries grow beyond the length of the training.</summary>
    private const string Growth = "llama_4_scaling_beta";

    public override IReadOnlyList<string> ModelTypes => ["mistral", "ministral3"];

    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = Softmax(config, layer, name);
        if (attention.Positions is not Rotary { Scaling: { } scaling } rotary || !scaling.Numbers.Any(number => number.Name == Growth))
            return attention;
        return attention with
        {
            Positions = rotary with { Scaling = scaling with { Numbers = [.. scaling.Numbers.Where(number => number.Name != Growth)] } },
            Temperature = new(Number("original_max_position_embeddings"), Number(Growth)) { IsFromZero = true },
        };

        double Number(string field) => scaling.Numbers.FirstOrDefault(number => number.Name == field) is { Name: not null } found
            ? found.Number
            : throw new InputException($"{config.Origin}: {field} is missing in the rotary parameters; {Growth} needs it");
    }

    protected override bool HasAttentionBias(ModelConfig config) => false;

    protected override bool HasFeedForwardBias(ModelConfig config) => false;

    protected override int? Window(ModelConfig config, int layer) => Windows.Read(config, layer, otherwise: true);
}
