using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Reports.Considerations;

/// <summary>One of the guide's considerations: an axis along which points differ, all else equal.</summary>
/// <param name="Name">File name of its figure, such as 'batch'.</param>
/// <param name="Title">Title of its figure.</param>
/// <param name="Axis">Axis label.</param>
/// <param name="Unit">One unit of a numeric axis, such as 'sequence'; null if values are names.</param>
/// <param name="Number">Value on a numeric axis; otherwise, a sort key.</param>
/// <param name="Label">The value as text.</param>
/// <param name="Rest">The workload without this axis: equal for points that differ in nothing else.</param>
internal sealed record Consideration(
    string Name, string Title, string Axis, string? Unit, Func<WorkloadFacts, double> Number, Func<WorkloadFacts, string> Label,
    Func<WorkloadFacts, object> Rest)
{
    public static Consideration Batch { get; } = Numeric(
        "batch", "Batch: sequences decoded together", "batch [sequences]", "sequence", w => w.Batch, w => w with { Batch = 0 });

    public static Consideration Prompt { get; } = Numeric(
        "length", "Sequence length: longer prompts", "prompt [tokens]", "prompt token", w => w.Prompt, w => w with { Prompt = 0 });

    public static Consideration NewTokens { get; } = Numeric(
        "length", "Sequence length: more new tokens", "new tokens [tokens]", "new token", w => w.NewTokens, w => w with { NewTokens = 0 });

    public static Consideration Quantization { get; } = Named(
        "quantisation", "Quantization: weight type", w => w.Dtype,
        [DataType.Float32, DataType.BFloat16, DataType.Float16, DataType.Int8],
        w => (w with { Dtype = default, KvDtype = default }, w.KvDtype == w.Dtype.Computed() ? (DataType?)null : w.KvDtype));

    public static Consideration Attention { get; } = Named(
        "attention", "Attention: fused kernel or separate matmul, softmax, matmul", w => w.Attention,
        [AttentionKernel.Fused, AttentionKernel.Math], w => w with { Attention = default });

    public static Consideration Chunk { get; } = Numeric(
        "chunked-prefill", "Chunked prefill: prompt tokens per pass", "prefill chunk [tokens]", "chunk token",
        w => Math.Min(w.PrefillChunk ?? w.Prompt, w.Prompt), w => w with { PrefillChunk = null });

    public static Consideration Cache { get; } = Named(
        "cache", "Cache policy: how keys and values are stored", w => w.Cache,
        [CachePolicy.Preallocated, CachePolicy.Paged, CachePolicy.Concat], w => w with { Cache = default, CacheBlock = null });

    private static Consideration Numeric(
        string name, string title, string axis, string unit, Func<WorkloadFacts, double> number, Func<WorkloadFacts, object> rest) =>
        new(name, title, axis, unit, number, w => number(w).ToString("N0", System.Globalization.CultureInfo.InvariantCulture), rest);

    private static Consideration Named<T>(
        string name, string title, Func<WorkloadFacts, T> value, T[] order, Func<WorkloadFacts, object> rest) where T : struct, Enum =>
        new(name, title, name, null, w => Array.IndexOf(order, value(w)), w => value(w).Name(), rest);
}
