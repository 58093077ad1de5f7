using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Mistral AI (2026), Mistral Small 4; transformers, <c>models/mistral4/modeling_mistral4.py</c>.</remarks>
internal sealed class Mistral4Family : DeepSeekLike
{
    private const string Growth = "llama_4_scaling_beta", Trained = "original_max_position_embeddings";

    public override IReadOnlyList<string> ModelTypes => ["mistral4"];

    protected override Experts Mixture(ModelConfig config, string name)
    {
        var experts = base.Mixture(config, name);
        return experts with
        {
            Routed = ExpertTensors.Stacked(name + "experts.gate_up_proj", name + "experts.down_proj", experts.Count, Width(config), experts.Width),
            Layout = ExpertLayout.Stacked,
        };
    }

    protected override Routing Routing(ModelConfig config) => base.Routing(config) with { BestOfGroup = 2 };

    /// <summary>How queries grow beyond the length of the training stands among the rotary parameters.</summary>
    protected override Sublayer Attention(ModelConfig config, int layer, string name)
    {
        var attention = Latents.Read(config, name, config.Flag("rope_interleave"));
        var scaling = attention.Positions!.Scaling;
        var numbers = scaling?.Numbers.ToDictionary(number => number.Name, number => number.Number) ?? [];
        if (scaling is null || !numbers.TryGetValue(Growth, out var growth))
            return attention;
        return numbers.TryGetValue(Trained, out var trained)
            ? attention with
            {
                Positions = attention.Positions with { Scaling = scaling with { Numbers = [.. scaling.Numbers.Where(number => number.Name != Growth)] } },
                Temperature = new(trained, growth) { IsFromZero = true },
            }
            : throw new InputException($"{config.Origin}: {Trained} is missing in the rotary parameters; {Growth} needs it");
    }
}
