using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Core.Models.Families;

/// <remarks>Radford et al. (2019); transformers, <c>models/gpt2/modeling_gpt2.py</c>.</remarks>
internal sealed class Gpt2Family : ModelFamily
{
    /// <summary>True for bigcode's santacoder: GPT-2 with one head of keys and values, and a projection of its own for them.</summary>
    private static readonly Dictionary<string, bool> IsMultiQuery = new() { ["multihead"] = false, ["multiquery"] = true };

    public override IReadOnlyList<string> ModelTypes => ["gpt2"];

    public override ModelSpec Read(ModelConfig config, string name)
    {
        var (heads, isMultiQuery) = (config.Count("n_head"), config.Word("attention_head_type", IsMultiQuery));
        var model = new GptSizes
        {
            Name = name,
            Layers = config.Layers("n_layer"),
            DModel = config.Count("n_embd"),
            Heads = heads,
            KvHeads = isMultiQuery ? 1 : heads,
            DFf = config.Count("n_inner", () => config.Times("n_embd", 4)),
            Vocabulary = config.Count("vocab_size"),
            Positions = Positions(config),
            TiedOutput = config.Flag("tie_word_embeddings"),
            LinearBias = true,
            FinalNorm = true,
            NormEpsilon = config.Epsilon("layer_norm_epsilon"),
            Activation = Activations.Read(config, "activation_function"),
            CrossAttention = config.Flag("add_cross_attention"),
        }.Model(config.Origin);
        return isMultiQuery ? model with { Blocks = [.. model.Blocks.Select(WithQueriesApart)] } : model;
    }

    /// <remarks>TensorRT-LLM and TransformerLens, conversions of bigcode/santacoder: <c>attn.q_attn</c> and <c>attn.kv_attn</c>.</remarks>
    private static DecoderBlock WithQueriesApart(DecoderBlock block)
    {
        var branch = block.Branches[0];
        var attention = (Attention)branch.Sublayer;
        var fused = attention.Projections[0];
        var name = fused.Name[..(fused.Name.LastIndexOf('.') + 1)];
        return block with
        {
            Branches =
            [
                branch with
                {
                    Sublayer = attention with
                    {
                        Layout = ProjectionLayout.QueriesThenKeyValue,
                        Projections =
                        [
                            fused with { Name = name + "q_attn", Outputs = attention.QueryWidth },
                            fused with { Name = name + "kv_attn", Outputs = 2 * attention.KvWidth },
                        ],
                    },
                },
                .. block.Branches.Skip(1),
            ],
        };
    }

    /// <summary>Older configs name the positions <c>n_ctx</c>.</summary>
    private static int Positions(ModelConfig config) =>
        config.CountOrNull("n_ctx") is { } older && !config.Has("n_positions") ? older : config.Count("n_positions");
}
