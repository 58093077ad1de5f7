using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Calibration.Profiles;

/// <summary>A number, derived from shapes alone, that a part may scale with.</summary>
/// <param name="Name">Its name in profiles.</param>
/// <param name="Unit">What it counts: 'bytes', 'layers', 'layer_passes' or 'shapes'.</param>
/// <param name="Of">Its value for a model and workload.</param>
public sealed record ShapeFeature(string Name, string Unit, Func<ModelFacts, WorkloadFacts, double> Of)
{
    /// <summary>
    /// Blocks that come and go, and leave holes in the C library's heap. Features that few points can fit come first.
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
    /// Memory outside of tensors: small objects per tensor and operation, packed copies and compiled kernels kept by libraries, and
    /// the profiler's own bookkeeping.
    /// </summary>
    public static IReadOnlyList<ShapeFeature> OfResidual { get; } =
    [
        new("weights", "bytes", Weights),
        new("layers", "layers", (m, _) => m.Layers),
        new("layer_passes", "layer_passes", LayerPasses),
        new("compiled_products", "shapes", (_, w) => w.Dtype == DataType.BFloat16 ? ProductShapes(w) : 0),
    ];

    public static IReadOnlyList<ShapeFeature> All { get; } = [.. OfResidual, .. OfSlack];

    /// <exception cref="InputException">The profile names an unknown feature.</exception>
    public static ShapeFeature Named(string name) => All.FirstOrDefault(f => f.Name == name)
        ?? throw new InputException($"unknown feature '{name}' in the profile; known: {string.Join(", ", All.Select(f => f.Name))}");

    private static double Weights(ModelFacts m, WorkloadFacts w) => (double)m.Parameters * w.Dtype.Bytes();

    private static double Cache(ModelFacts m, WorkloadFacts w) =>
        w.HeadBytes(m.HeadDim) * (double)m.Layers * w.Batch * ((double)w.Prompt + w.NewTokens) * m.KvHeads;

    /// <summary>A layer's peak: the block's input plus twice the feed-forward width, per token of a pass.</summary>
    private static double Activations(ModelFacts m, WorkloadFacts w) => Element(w) * w.Batch * Pass(w) * (m.DModel + (2.0 * m.DFf));

    /// <summary>Bytes per element of the compute type.</summary>
    private static double Element(WorkloadFacts w) => w.Dtype.Computed().Bytes();

    /// <summary>Layers executed over all prefill passes and decode steps.</summary>
    private static double LayerPasses(ModelFacts m, WorkloadFacts w) => m.Layers * (Math.Ceiling(w.Prompt / Pass(w)) + w.NewTokens - 1);

    /// <summary>
    /// Distinct matmul shapes: five linears per row count and, with plain attention, two per key length. oneDNN compiles a kernel
    /// for each on first use and caches it.
    /// </summary>
    private static double ProductShapes(WorkloadFacts w)
    {
        var passes = Math.Ceiling(w.Prompt / Pass(w));
        var rows = 2 + (w.Prompt % Pass(w) == 0 ? 0 : 1);
        return (5 * rows) + (w.Attention == AttentionKernel.Math ? 2 * (passes + w.NewTokens - 1) : 0);
    }

    /// <summary>Prompt tokens in the longest pass.</summary>
    private static double Pass(WorkloadFacts w) => Math.Min(w.PrefillChunk ?? w.Prompt, w.Prompt);
}
