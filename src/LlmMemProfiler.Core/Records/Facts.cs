using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>A model as records name it.</summary>
public sealed record ModelFacts(
    string Name,
    long Parameters,
    int Layers,
    int DModel,
    int Heads,
    int KvHeads,
    int HeadDim,
    int DFf,
    int Vocabulary,
    int Positions,
    bool TiedOutput,
    bool LinearBias,
    bool FinalNorm)
{
    public static ModelFacts Of(ModelSpec m) => new(
        m.Name, TensorTable.Parameters(m), m.Layers, m.DModel, m.Heads, m.KvHeads, m.HeadDim, m.DFf, m.Vocabulary, m.Positions,
        m.TiedOutput, m.LinearBias, m.FinalNorm);

    /// <summary>The model that was recorded.</summary>
    /// <exception cref="InputException">The numbers make none.</exception>
    public ModelSpec ToSpec() => new ModelSpec
    {
        Name = Name,
        Layers = Layers,
        DModel = DModel,
        Heads = Heads,
        KvHeads = KvHeads,
        DFf = DFf,
        Vocabulary = Vocabulary,
        Positions = Positions,
        TiedOutput = TiedOutput,
        LinearBias = LinearBias,
        FinalNorm = FinalNorm,
    }.Validated("record");
}

/// <summary>A workload as records name it; the fields are the command line's options.</summary>
public sealed record WorkloadFacts(
    int Batch, int Prompt, int NewTokens, string Dtype, string KvDtype, string Cache, int? CacheBlock, string Attention, int? PrefillChunk,
    string Logits)
{
    public static WorkloadFacts Of(Workload w) => new(
        w.Batch, w.Prompt, w.NewTokens, w.Type.Name(), w.CacheType.Name(),
        w.Cache switch
        {
            CachePolicy.Preallocated => "preallocated",
            CachePolicy.Concat => "concat",
            _ => "paged",
        },
        w.Cache == CachePolicy.Paged ? w.CacheBlock : null,
        w.Attention == AttentionKernel.Fused ? "fused" : "math", w.PrefillChunk, w.Logits == LogitsFor.Last ? "last" : "all");

    /// <summary>The workload that was recorded.</summary>
    /// <exception cref="InputException">A word is none, or the numbers do not fit the model.</exception>
    public Workload ToWorkload(ModelSpec model) => new Workload
    {
        Batch = Batch,
        Prompt = Prompt,
        NewTokens = NewTokens,
        Type = Word(Dtype, DataTypes.OfWeights, "dtype"),
        KvType = Word(KvDtype, DataTypes.OfWeights, "kv_dtype"),
        Cache = Word(Cache, WorkloadNames.CachePolicies, "cache"),
        CacheBlock = CacheBlock ?? new Workload().CacheBlock,
        Attention = Word(Attention, WorkloadNames.AttentionKernels, "attention"),
        PrefillChunk = PrefillChunk,
        Logits = Word(Logits, WorkloadNames.LogitsChoices, "logits"),
    }.ValidatedFor(model);

    private static T Word<T>(string word, IReadOnlyDictionary<string, T> words, string field) =>
        words.TryGetValue(word, out var meaning)
            ? meaning
            : throw new InputException($"record: {field} is '{word}'; {string.Join(" or ", words.Keys)} is needed");
}

/// <summary>The device that was measured.</summary>
/// <param name="Kind">'cpu' or 'cuda'.</param>
/// <param name="Name">The processor's or the GPU's name.</param>
/// <param name="Uuid">The GPU's; null on CPU.</param>
/// <param name="Total">All memory of the device.</param>
/// <param name="Capability">CUDA's compute capability, such as '9.0'; on CPU libtorch's kernels, such as 'AVX512'.</param>
/// <param name="Driver">Version of the NVIDIA driver; null on CPU.</param>
public sealed record DeviceFacts(
    string Kind,
    string Name,
    string? Uuid,
    [property: JsonPropertyName("total_bytes")] ByteSize? Total,
    string? Capability,
    string? Driver);

/// <summary>The machine and the software around the measurement.</summary>
/// <param name="Os">Name and version of the system.</param>
/// <param name="Processor">Its model name.</param>
/// <param name="Cores">Logical processors that this process may use.</param>
/// <param name="Threads">Threads that libtorch computes with.</param>
/// <param name="Runtime">.NET's version.</param>
/// <param name="Program">This program's version.</param>
/// <param name="TorchSharp">The wrapper's version.</param>
/// <param name="Libtorch">What was really loaded: version if known, else where it came from.</param>
/// <param name="Environment">Variables that change allocation or kernels, as far as they are set.</param>
public sealed record HostFacts(
    string Os,
    string Processor,
    int Cores,
    int Threads,
    string Runtime,
    string Program,
    string TorchSharp,
    string Libtorch,
    IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>The libtorch that the wrapper was built for; null where it does not say, and in older records.</summary>
    public string? TorchSharpBuiltFor { get; init; }
}
