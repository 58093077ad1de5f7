using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;

namespace LlmMemProfiler.Harness.Tests.Outside;

/// <summary>A model's numbers, by llama.cpp's names.</summary>
/// <remarks>ggml-org/llama.cpp, <c>src/llama-arch.cpp</c>; it passes over what an architecture does not ask for.</remarks>
internal static class GgufSettings
{
    public static IReadOnlyList<(string Key, object Value)> Of(OutsideModel outside)
    {
        var model = outside.Spec;
        var own = Numbers(model).Concat(Attention(model)).Concat(Latent(model)).Concat(Experts(model)).ToDictionary(setting => setting.Key, setting => setting.Value);
        foreach (var (key, value) in outside.Settings)
            own[key] = value;
        return
        [
            ("general.architecture", outside.Architecture),
            .. own.Select(setting => ($"{outside.Architecture}.{setting.Key}", setting.Value)),
            ("tokenizer.ggml.model", "no_vocab"),
        ];
    }

    private static IEnumerable<(string Key, object Value)> Numbers(ModelSpec model)
    {
        yield return ("vocab_size", (uint)model.Vocabulary);
        yield return ("context_length", (uint)model.Positions);
        yield return ("embedding_length", (uint)model.DModel);
        yield return ("block_count", (uint)model.Layers);
        var width = model.Sublayers().OfType<FeedForward>().FirstOrDefault()?.Width ?? model.Sublayers().OfType<Experts>().First().Width;
        yield return ("feed_forward_length", (uint)width);
        var norm = model.FinalNorm!;
        yield return ("attention.layer_norm_epsilon", (float)norm.Epsilon);
        yield return ("attention.layer_norm_rms_epsilon", (float)norm.Epsilon);
        yield return ("embedding_scale", (float)model.EmbeddingScale);
        yield return ("logit_scale", (float)model.LogitScale);
        yield return ("residual_scale", (float)model.Blocks[0].Branches[0].Scale);
        yield return ("use_parallel_residual", model.Blocks[0].Residual != Residual.Sequential);
        if (model.LogitCap is { } cap)
            yield return ("final_logit_softcapping", (float)cap);
    }

    private static IEnumerable<(string Key, object Value)> Attention(ModelSpec model)
    {
        if (model.Sublayers().OfType<Attention>().FirstOrDefault() is not { } attention)
            yield break;
        yield return ("attention.head_count", (uint)attention.Heads);
        yield return ("attention.head_count_kv", (uint)attention.KvHeads);
        yield return ("attention.key_length", (uint)attention.HeadDim);
        yield return ("attention.value_length", (uint)attention.HeadDim);
        if (attention.ScoreScale is { } scale)
            yield return ("attention.scale", (float)scale);
        if (attention.ScoreCap is { } cap)
            yield return ("attn_logit_softcapping", (float)cap);
        if (attention.ProjectionLimit is { } limit)
            yield return ("attention.clamp_kqv", (float)limit);
        if (attention.Positions is Alibi alibi)
            yield return ("attention.max_alibi_bias", (float)alibi.LargestBias);
        var layers = model.Sublayers().OfType<Attention>().ToLookup(other => other.Window is not null);
        if (layers[true].FirstOrDefault() is { } windowed)
        {
            yield return ("attention.sliding_window", (uint)windowed.Window!);
            if (windowed.Positions is Rotary near)
                yield return ("rope.freq_base_swa", (float)near.Base);
        }
        foreach (var setting in layers[false].Concat(layers[true]).Select(other => other.Positions).OfType<Rotary>().Take(1).SelectMany(Rotation))
            yield return setting;
    }

    private static IEnumerable<(string Key, object Value)> Latent(ModelSpec model)
    {
        if (model.Sublayers().OfType<LatentAttention>().FirstOrDefault() is not { } attention)
            yield break;
        yield return ("attention.head_count", (uint)attention.Heads);
        yield return ("attention.head_count_kv", (uint)attention.Heads);
        yield return ("attention.key_length", (uint)(attention.PlainDim + attention.RotaryDim));
        yield return ("attention.value_length", (uint)attention.ValueDim);
        yield return ("attention.kv_lora_rank", (uint)attention.KvRank);
        if (attention.Queries.Count > 1)
            yield return ("attention.q_lora_rank", (uint)attention.Queries[0].Outputs);
        foreach (var setting in Rotation(attention.Positions!))
            yield return setting;
    }

    private static IEnumerable<(string Key, object Value)> Rotation(Rotary rotary)
    {
        yield return ("rope.dimension_count", (uint)rotary.Width);
        yield return ("rope.freq_base", (float)rotary.Base);
        if (rotary.Scaling is not { } scaling)
            yield break;
        // Others come as a tensor of factors.
        if (scaling.Kind is "linear" or "yarn")
            yield return ("rope.scaling.type", scaling.Kind);
        foreach (var (name, number) in scaling.Numbers)
        {
            switch (name)
            {
                case "factor" when scaling.Kind is "linear" or "yarn":
                    yield return ("rope.scaling.factor", (float)number);
                    break;
                case "original_max_position_embeddings":
                    yield return ("rope.scaling.original_context_length", (uint)number);
                    break;
                case "beta_fast" or "beta_slow":
                    yield return ("rope.scaling.yarn_" + name, (float)number);
                    break;
                default:
                    break;
            }
        }
    }

    private static IEnumerable<(string Key, object Value)> Experts(ModelSpec model)
    {
        if (model.Sublayers().OfType<Experts>().FirstOrDefault() is not { } experts)
            yield break;
        yield return ("expert_count", (uint)experts.Count);
        yield return ("expert_used_count", (uint)experts.Picked);
        yield return ("expert_feed_forward_length", (uint)experts.Width);
        yield return ("expert_weights_scale", (float)experts.Routing.Scale);
        yield return ("expert_weights_norm", experts.Routing.IsNormalized);
        yield return ("expert_gating_func", experts.Routing.Scores == RouterScores.Sigmoid ? 2u : 1u);
        yield return ("leading_dense_block_count", (uint)model.Sublayers().OfType<FeedForward>().Count());
        if (experts.Routing.Groups > 1)
        {
            yield return ("expert_group_count", (uint)experts.Routing.Groups);
            yield return ("expert_group_used_count", (uint)experts.Routing.PickedGroups);
        }
        if (experts.Shared is { } shared)
        {
            yield return ("expert_shared_feed_forward_length", (uint)shared.Width);
            yield return ("expert_shared_count", (uint)(shared.Width / experts.Width));
        }
    }

    /// <summary>All sublayers, in order.</summary>
    public static IEnumerable<Sublayer> Sublayers(this ModelSpec model) => model.Blocks.SelectMany(block => block.Branches)
        .SelectMany(branch => branch.Sublayer is SideBySide several ? several.Branches.Select(part => part.Sublayer) : [branch.Sublayer]);
}
