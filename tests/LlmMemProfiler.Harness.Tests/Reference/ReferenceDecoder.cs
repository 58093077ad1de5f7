using LlmMemProfiler.Core.Models;

namespace LlmMemProfiler.Harness.Tests.Reference;

/// <summary>
/// Any decoder in plain loops over arrays: no libtorch, no cache, the whole sequence each time, in double precision. It shares nothing
/// with the transformer under test but the description of the model and the names of the weights.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="weight">Elements of a tensor by its name, in the shape in which it is used: linear weights are [out, in].</param>
/// <param name="isLookedUp">True for llama.cpp's GELU.</param>
/// <param name="kept">How keys and values are kept; null for as they are.</param>
internal sealed class ReferenceDecoder(ModelSpec model, Func<string, float[]> weight, bool isLookedUp = false, KeptLoops? kept = null)
{
    private readonly WeightLoops weights = new(weight);

    /// <summary>Logits of every position of one sequence, [positions][vocabulary].</summary>
    /// <param name="ids">The tokens.</param>
    /// <param name="prompt">How many of them come in the first pass, which some rotations depend on; null for all.</param>
    public double[][] Logits(IReadOnlyList<int> ids, int? prompt = null)
    {
        var norms = new NormLoops(weights);
        var x = Embedded(ids, norms);
        var layerInputs = model.PerLayerInputs is { } inputs ? LayerInputs.Of(inputs, weights, norms, ids, x) : null;
        var blocks = new BlockLoops(weights, norms, new(model.Positions, prompt ?? ids.Count), isLookedUp, layerInputs, kept ?? new());
        foreach (var (layer, block) in model.Blocks.Index())
            x = blocks.Of(block, x, layer);
        x = norms.Of(model.FinalNorm, x);
        if (model.OutputProjection is { } projection)
            x = weights.Linear(projection, x);
        return [.. x.Select(Logits)];
    }

    private double[][] Embedded(IReadOnlyList<int> ids, NormLoops norms)
    {
        double[][] x = [.. ids.Select(id => weights.Row(model.Tokens, id))];
        if (model.EmbeddingProjection is { } projection)
            x = weights.Linear(projection, x);
        x = x.Times(model.EmbeddingScale);
        if (model.LearnedPositions is { } positions)
            x = [.. x.Select((row, position) => row.Plus(weights.Row(positions, position + model.PositionOffset)))];
        return norms.Of(model.EmbeddingNorm, x);
    }

    private double[] Logits(double[] row)
    {
        var matrix = weights.All(model.TiedOutput ? $"{model.Tokens.Name}.{model.Tokens.WeightName}" : model.Output.Name + ".weight");
        if (model.IsOutputNormalized)
            matrix = [.. matrix.Chunk(row.Length).SelectMany(output => output.Times(1 / Math.Sqrt(Loops.Dot(output, output))))];
        var logits = WeightLoops.Product(matrix, row, (int)model.Output.Outputs);
        if (model.Output.HasBias)
            logits = logits.Plus(weights.All(model.Output.Name + ".bias"));
        return [.. logits.Select(logit => Loops.Capped(logit * model.LogitScale, model.LogitCap))];
    }
}
