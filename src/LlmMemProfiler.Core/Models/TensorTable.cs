using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models;

/// <summary>Role of a tensor in the model; determines its initial values.</summary>
public enum TensorRole
{
    Embedding,
    NormWeight,
    Bias,
    LinearWeight,

    /// <summary>Scales of an INT8 weight, one per output channel; filled together with it.</summary>
    Scale,

    /// <summary>Cache and token buffers, initially zero.</summary>
    Buffer,
}

/// <summary>A tensor that lives as long as the model.</summary>
/// <param name="Name">As in GPT-2 checkpoints; scales append '.scale' to their weight's name.</param>
/// <param name="Part">The part it belongs to.</param>
/// <param name="Role">Its role in the model.</param>
/// <param name="Shape">Linear weights are [out, in].</param>
/// <param name="Type">Element type.</param>
public sealed record TensorSpec(string Name, Part Part, TensorRole Role, IReadOnlyList<long> Shape, DataType Type)
{
    public long Elements => Shape.Aggregate(1L, (product, n) => checked(product * n));

    public ByteSize Size => new ByteSize(Type.Bytes()) * Elements;
}

/// <summary>
/// Every persistent tensor of a model and workload, in load order. The harness and the estimates both get the sizes of
/// weights, cache and inputs from here.
/// </summary>
public sealed class TensorTable
{
    private TensorTable(IReadOnlyList<TensorSpec> tensors) => Tensors = tensors;

    public IReadOnlyList<TensorSpec> Tensors { get; }

    /// <summary>Total size of the tensors of one part.</summary>
    public ByteSize Size(Part part) => Tensors.Where(t => t.Part == part).Aggregate(ByteSize.Zero, (sum, t) => sum + t.Size);

    /// <summary>Parameter count: elements of all weights, excluding scales.</summary>
    /// <exception cref="OverflowException">The count does not fit 64 bits.</exception>
    public static long Parameters(ModelSpec model) =>
        For(model, new() { Type = DataType.Float32 }).Tensors
            .Where(t => t.Part == Part.Weights)
            .Aggregate(0L, (sum, t) => checked(sum + t.Elements));

    /// <summary>The table for a model and workload.</summary>
    /// <exception cref="OverflowException">A size does not fit 64 bits.</exception>
    public static TensorTable For(ModelSpec model, Workload workload) =>
        new([.. Weights(model, workload), .. Cache(model, workload), .. Inputs(workload)]);

    private static IEnumerable<TensorSpec> Weights(ModelSpec m, Workload w)
    {
        var compute = w.ComputeType;
        foreach (var t in Matrix("wte.weight", TensorRole.Embedding, m.Vocabulary, m.DModel))
            yield return t;
        yield return new("wpe.weight", Part.Weights, TensorRole.Embedding, [m.Positions, m.DModel], compute);
        for (var layer = 0; layer < m.Layers; layer++)
        {
            var h = $"h.{layer}.";
            foreach (var t in Norm(h + "ln_1")
                .Concat(Linear(h + "attn.c_attn", m.DModel, m.DModel + (2L * m.KvWidth)))
                .Concat(Linear(h + "attn.c_proj", m.DModel, m.DModel))
                .Concat(Norm(h + "ln_2"))
                .Concat(Linear(h + "mlp.c_fc", m.DModel, m.DFf))
                .Concat(Linear(h + "mlp.c_proj", m.DFf, m.DModel)))
            {
                yield return t;
            }
        }
        if (m.FinalNorm)
        {
            foreach (var t in Norm("ln_f"))
                yield return t;
        }
        if (!m.TiedOutput)
        {
            foreach (var t in Matrix("lm_head.weight", TensorRole.LinearWeight, m.Vocabulary, m.DModel))
                yield return t;
        }

        IEnumerable<TensorSpec> Norm(string name) =>
        [
            new(name + ".weight", Part.Weights, TensorRole.NormWeight, [m.DModel], compute),
            new(name + ".bias", Part.Weights, TensorRole.Bias, [m.DModel], compute),
        ];

        IEnumerable<TensorSpec> Linear(string name, long inputs, long outputs)
        {
            var weight = Matrix(name + ".weight", TensorRole.LinearWeight, outputs, inputs);
            return m.LinearBias ? weight.Append(new(name + ".bias", Part.Weights, TensorRole.Bias, [outputs], compute)) : weight;
        }

        IEnumerable<TensorSpec> Matrix(string name, TensorRole role, long rows, long columns)
        {
            yield return new(name, Part.Weights, role, [rows, columns], w.Type);
            if (w.Type == DataType.Int8)
                yield return new(name + ".scale", Part.Weights, TensorRole.Scale, [rows, 1], compute);
        }
    }

    /// <summary>Only a preallocated cache is persistent; the others grow: <see cref="KvCaches.CacheSizes"/>.</summary>
    private static IEnumerable<TensorSpec> Cache(ModelSpec m, Workload w) =>
        w.Cache != CachePolicy.Preallocated ? [] :
        from layer in Enumerable.Range(0, m.Layers)
        from side in (string[])["keys", "values"]
        select new TensorSpec($"cache.{layer}.{side}", Part.KvCache, TensorRole.Buffer,
            [w.Batch, m.KvHeads, w.Length, m.HeadDim], w.CacheType);

    private static IEnumerable<TensorSpec> Inputs(Workload w) =>
    [
        new("prompt", Part.Inputs, TensorRole.Buffer, [w.Batch, w.Prompt], DataType.Int64),
        new("generated", Part.Inputs, TensorRole.Buffer, [w.NewTokens, w.Batch], DataType.Int64),
    ];
}
