using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Harness.Tests.Reference;

namespace LlmMemProfiler.Harness.Tests.Outside;

/// <summary>A model's tensors, by llama.cpp's names and in its order.</summary>
/// <remarks>ggml-org/llama.cpp, <c>src/llama-arch.cpp</c> for the names, <c>conversion</c> for what is rearranged.</remarks>
internal sealed class GgufTensors
{
    private readonly OutsideModel outside;
    private readonly ModelSpec model;
    private readonly SeededWeights weights;
    private readonly List<GgufTensor> all = [];

    private GgufTensors(OutsideModel outside) => (this.outside, model, weights) = (outside, outside.Spec, outside.Weights);

    public static IReadOnlyList<GgufTensor> Of(OutsideModel outside)
    {
        var tensors = new GgufTensors(outside);
        tensors.AddAll();
        return tensors.all;
    }

    private void AddAll()
    {
        Add("token_embd.weight", [model.Vocabulary, model.DModel], weights[model.Tokens.Name + ".weight"]);
        if (model.LearnedPositions is { } positions)
            Add("position_embd.weight", [positions.Rows, positions.Width], weights[positions.Name + ".weight"]);
        Add("token_embd_norm", model.EmbeddingNorm);
        if (model.PerLayerInputs is { } inputs)
        {
            Add("per_layer_token_embd.weight", [inputs.Tokens.Rows, inputs.Tokens.Width], weights[inputs.Tokens.Name + ".weight"]);
            Add("per_layer_model_proj", inputs.Projection);
            Add("per_layer_proj_norm", inputs.Norm);
        }
        Add("output_norm", model.FinalNorm);
        if (!model.TiedOutput)
            Add("output", model.Output);
        foreach (var (name, factors) in GgufFactors.Of(model))
            Add(name, [factors.Length], factors);
        foreach (var (layer, block) in model.Blocks.Index())
        {
            foreach (var branch in block.Branches)
                Add($"blk.{layer}.", branch);
            if (block.OutputScale.Count > 0)
                Add($"blk.{layer}.layer_output_scale.weight", [1], weights[block.OutputScale[0].Name]);
        }
    }

    private void Add(string name, Branch branch)
    {
        var isAttention = branch.Sublayer is Attention or LatentAttention;
        Add(name, isAttention ? "attn_norm" : "ffn_norm", branch.Before);
        Add(name, isAttention ? "post_attention_norm" : branch.Sublayer is PerLayerInput ? "post_norm" : "post_ffw_norm", branch.After);
        switch (branch.Sublayer)
        {
            case Attention attention:
                Add(name, attention);
                break;
            case LatentAttention latent:
                Add(name, latent);
                break;
            case FeedForward feedForward:
                Add(name, feedForward, "");
                break;
            case Experts experts:
                Add(name, experts);
                break;
            case PerLayerInput input:
                Add(name + "inp_gate", input.Gate);
                Add(name + "proj", input.Projection);
                break;
            case SideBySide { Branches: [{ Sublayer: FeedForward dense } first, { Sublayer: Experts mixed } second] }:
                Add(name, "ffn_norm", first.Before);
                Add(name, dense, "");
                Add(name, "post_ffw_norm_1", first.After);
                Add(name, "pre_ffw_norm_2", second.Before);
                Add(name, mixed);
                Add(name, "post_ffw_norm_2", second.After);
                break;
            default:
                throw new NotSupportedException($"a {branch.Sublayer.GetType().Name}");
        }
    }

    private void Add(string name, Attention attention)
    {
        var rows = new GgufRows(attention, outside.HasRowsInTurn);
        var projections = attention.Projections;
        if (projections.Count == 1 && !outside.IsSplit && attention.Layout != ProjectionLayout.QueriesOnly)
        {
            Add(name + "attn_qkv", projections[0], [.. rows.Queries, .. rows.Keys, .. rows.Values]);
        }
        else
        {
            Add(name + "attn_q", projections[0], rows.Queries);
            if (attention.Layout != ProjectionLayout.QueriesOnly)
                Add(name + "attn_k", projections[projections.Count == 1 ? 0 : 1], rows.Keys);
            // Where keys are the values too, it takes the keys if there are no values.
            if (attention.Layout is not (ProjectionLayout.QueriesOnly or ProjectionLayout.SharedKeyValue))
                Add(name + "attn_v", projections[^1], rows.Values);
        }
        Add(name + "attn_output", attention.Output);
        Add(name, "attn_q_norm", attention.QueryNorm);
        Add(name, "attn_k_norm", attention.KeyNorm);
        if (attention.Sinks.Count > 0)
            Add(name + "attn_sinks.weight", [attention.Heads], weights[attention.Sinks[0].Name]);
    }

    private void Add(string name, LatentAttention attention)
    {
        Add(name + (attention.Queries.Count > 1 ? "attn_q_a" : "attn_q"), attention.Queries[0]);
        Add(name, "attn_q_a_norm", attention.QueryNorm);
        if (attention.Queries.Count > 1)
            Add(name + "attn_q_b", attention.Queries[1]);
        Add(name + "attn_kv_a_mqa", attention.Compress);
        Add(name, "attn_kv_a_norm", attention.KeptNorm);
        Add(name + "attn_kv_b", attention.Expand);
        Add(name + "attn_output", attention.Output);
    }

    private void Add(string name, FeedForward layer, string suffix)
    {
        if (layer.Gate is { } gate)
            Add($"{name}ffn_gate{suffix}", gate);
        Add($"{name}ffn_up{suffix}", layer.Up);
        Add($"{name}ffn_down{suffix}", layer.Down);
    }

    private void Add(string name, Experts experts)
    {
        Add(name + "ffn_gate_inp", experts.Router);
        if (experts.RouterNorm is not null)
        {
            Add(name + "ffn_gate_inp.scale", [model.DModel], weights[experts.RouterVectors[0].Name]);
            Add(name + "ffn_down_exps.scale", [experts.Count], weights[experts.RouterVectors[1].Name]);
        }
        if (experts.RouterVectors.Count == 1)
            Add(name + "exp_probs_b.bias", [experts.Count], weights[experts.RouterVectors[0].Name]);
        foreach (var (part, shape, elements) in new GgufExperts(experts, weights, model.DModel).Parts)
            Add($"{name}ffn_{part}", shape, elements);
        if (experts.Shared is { } shared)
            Add(name, shared, "_shexp");
        if (experts.SharedGate is { } gate)
            Add(name + "ffn_gate_inp_shexp.weight", [gate.Inputs], weights[gate.Name + ".weight"]);
    }

    private void Add(string name, Linear layer, int[]? rows = null)
    {
        Add(name + ".weight", [rows?.Length ?? layer.Outputs, layer.Inputs], Rows(weights[layer.Name + ".weight"], (int)layer.Inputs));
        if (layer.HasBias)
            Add(name + ".bias", [rows?.Length ?? layer.Outputs], Rows(weights[layer.Name + ".bias"], 1));

        float[] Rows(float[] matrix, int width) => rows is null ? matrix : [.. rows.SelectMany(row => matrix.Skip(row * width).Take(width))];
    }

    private void Add(string prefix, string name, Norm? norm) => Add(prefix + outside.Renamed.GetValueOrDefault(name, name), norm);

    /// <summary>llama.cpp's norms are never from one: the file has the sum.</summary>
    private void Add(string name, Norm? norm)
    {
        if (norm is null)
            return;
        if (norm.HasWeight)
        {
            var weight = norm.IsSplit
                ? [.. Enumerable.Range(0, norm.Heads!.Value).SelectMany(head => weights[$"{norm.Name}.norms.{head}.weight"])]
                : weights[$"{norm.Name}.{norm.WeightName}"];
            if (norm.Kind is NormKind.RmsNormFromOne or NormKind.LayerNormFromOne)
                weight = [.. weight.Select(element => 1 + element)];
            Add(name + ".weight", norm.Heads is { } heads ? [heads, norm.Width] : [norm.Width], weight);
        }
        if (norm.HasBias)
            Add(name + ".bias", [norm.Width], weights[$"{norm.Name}.{norm.BiasName}"]);
    }

    private void Add(string name, long[] shape, float[] elements) => all.Add(new(name, shape, elements));
}
