using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>A number, from shapes alone, that a part may grow with.</summary>
/// <param name="Name">Its name in profiles.</param>
/// <param name="Unit">What it counts: 'bytes', 'layers', 'layer_passes' or 'shapes'.</param>
/// <param name="Of">Its value for a model and a workload.</param>
public sealed record ShapeFeature(string Name, string Unit, Func<ModelFacts, WorkloadFacts, double> Of)
{
    /// <summary>
    /// What leaves holes behind in the C library's heap: blocks that come and go. Those that a few points can tell come first.
    /// </summary>
    public static IReadOnlyList<ShapeFeature> OfSlack { get; } =
    [
        new("concatenated_cache", "bytes", (m, w) => w.Cache == CachePolicy.Concat ? Cache(m, w) : 0),
        new("pass_activations", "bytes", (m, w) => w.Dtype == DataType.BFloat16 ? 0 : Activations(m, w)),
        new("bf16_activations", "bytes", (m, w) => w.Dtype == DataType.BFloat16 ? Activations(m, w) : 0),
        new("quantised_weights", "bytes", (m, w) => w.Dtype == DataType.Int8 ? Weights(m, w) : 0),
        new("paged_cache", "bytes", (m, w) => w.Cache == CachePolicy.Paged ? Cache(m, w) : 0),
        new("attention_scores", "bytes", (m, w) => w.Attention == AttentionKernel.Math ? Element(w) * w.Batch * m.Heads * Pass(w) * w.Prompt : 0),
    ];

    /// <summary>
    /// What stays outside of tensors: each tensor and each operation has its small objects, libraries keep packed copies and compiled
    /// kernels, and the measuring program its own books.
    /// </summary>
    public static IReadOnlyList<ShapeFeature> OfResidual { get; } =
    [
        new("weights", "bytes", Weights),
        new("layers", "layers", (m, _) => m.Layers),
        new("layer_passes", "layer_passes", LayerPasses),
        new("compiled_products", "shapes", (_, w) => w.Dtype == DataType.BFloat16 ? ProductShapes(w) : 0),
    ];

    public static IReadOnlyList<ShapeFeature> All { get; } = [.. OfResidual, .. OfSlack];

    /// <exception cref="InputException">A profile names a feature that this program does not know.</exception>
    public static ShapeFeature Named(string name) => All.FirstOrDefault(f => f.Name == name)
        ?? throw new InputException($"the profile names '{name}' as what a part grows with; {string.Join(", ", All.Select(f => f.Name))} are known");

    private static double Weights(ModelFacts m, WorkloadFacts w) => (double)m.Parameters * w.Dtype.Bytes();

    private static double Cache(ModelFacts m, WorkloadFacts w) =>
        2.0 * w.KvDtype.Bytes() * m.Layers * w.Batch * ((double)w.Prompt + w.NewTokens) * m.KvHeads * m.HeadDim;

    /// <summary>Within a layer at its peak: the block's input and twice the feed-forward's width, for each token of a pass.</summary>
    private static double Activations(ModelFacts m, WorkloadFacts w) => Element(w) * w.Batch * Pass(w) * (m.DModel + (2.0 * m.DFf));

    /// <summary>Bytes of one element of the arithmetic.</summary>
    private static double Element(WorkloadFacts w) => w.Dtype.Computed().Bytes();

    /// <summary>Layers that are gone through, over all passes of the prefill and all steps.</summary>
    private static double LayerPasses(ModelFacts m, WorkloadFacts w) => m.Layers * (Math.Ceiling(w.Prompt / Pass(w)) + w.NewTokens - 1);

    /// <summary>
    /// Different shapes of matrix products: five linears for each number of rows, and in plain attention two for each length of
    /// the keys. oneDNN compiles kernels for each at its first use, and keeps them.
    /// </summary>
    private static double ProductShapes(WorkloadFacts w)
    {
        var passes = Math.Ceiling(w.Prompt / Pass(w));
        var rows = 2 + (w.Prompt % Pass(w) == 0 ? 0 : 1);
        return (5 * rows) + (w.Attention == AttentionKernel.Math ? 2 * (passes + w.NewTokens - 1) : 0);
    }

    /// <summary>Prompt tokens of the longest pass.</summary>
    private static double Pass(WorkloadFacts w) => Math.Min(w.PrefillChunk ?? w.Prompt, w.Prompt);
}
