using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Models.Layers;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models;

/// <summary>A tensor that lives as long as the model.</summary>
/// <param name="Name">Below the model's prefix; scales append '.scale' to their weight's name.</param>
/// <param name="Part">The part it belongs to.</param>
/// <param name="Role">Its role in the model.</param>
/// <param name="Shape">Linear weights are [out, in].</param>
/// <param name="Type">Element type.</param>
public sealed record TensorSpec(string Name, Part Part, TensorRole Role, IReadOnlyList<long> Shape, DataType Type)
{
    /// <summary>The rows of a tensor that follows from model and workload; null of all others.</summary>
    public Func<IEnumerable<double[]>>? Rows { get; init; }

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

    /// <summary>The table for a model and workload.</summary>
    /// <exception cref="OverflowException">A size does not fit 64 bits.</exception>
    public static TensorTable For(ModelSpec model, Workload workload) =>
        new([.. Weights(model, workload), .. Cache(model, workload), .. Inputs(model, workload)]);

    /// <summary>The name of the buffer of a layer in a preallocated cache.</summary>
    internal static string NameOf(int layer, CacheSide side) => $"cache.{layer}.{(side == CacheSide.Keys ? "keys" : "values")}";

    /// <summary>The name of the scales of a quantized tensor.</summary>
    internal static string ScaleOf(string name) => name + ".scale";

    private static IEnumerable<TensorSpec> Weights(ModelSpec m, Workload w)
    {
        foreach (var weight in m.Weights)
        {
            var isQuantized = w.Type == DataType.Int8 && weight.Role is TensorRole.LinearWeight or TensorRole.Embedding;
            yield return new(weight.Name, Part.Weights, weight.Role, weight.Shape, isQuantized ? DataType.Int8 : w.ComputeType);
            if (isQuantized)
                yield return new(ScaleOf(weight.Name), Part.Weights, TensorRole.Scale, [.. weight.Shape.SkipLast(1), 1], w.ComputeType);
        }
    }

    /// <summary>Only a preallocated cache is persistent; the others grow: <see cref="KvCaches.CacheSizes"/>.</summary>
    private static IEnumerable<TensorSpec> Cache(ModelSpec m, Workload w) =>
        w.Cache != CachePolicy.Preallocated ? [] :
        from block in m.Blocks.Index()
        from side in Enum.GetValues<CacheSide>()
        let heads = CachedHeads.Of(block.Item, side)
        where heads is not null
        from tensor in Buffers(NameOf(block.Index, side), heads.Value, w, w.CacheType(side))
        select tensor;

    private static IEnumerable<TensorSpec> Buffers(string name, CachedHeads heads, Workload w, CacheType type)
    {
        yield return new(name, Part.KvCache, TensorRole.Buffer, [w.Batch, heads.Heads, w.Kept(heads.Window), heads.Width], type.Stored);
        if (type.IsQuantized)
            yield return new(ScaleOf(name), Part.KvCache, TensorRole.Buffer, [w.Batch, heads.Heads, w.Kept(heads.Window), 1], type.Computed);
    }

    private static IEnumerable<TensorSpec> Inputs(ModelSpec m, Workload w) =>
    [
        new("prompt", Part.Inputs, TensorRole.Buffer, [w.Batch, w.Prompt], DataType.Int64),
        new("generated", Part.Inputs, TensorRole.Buffer, [w.NewTokens, w.Batch], DataType.Int64),
        .. from table in RotationTable.Of(m, w)
           select new TensorSpec(table.Name, Part.Inputs, TensorRole.Angles, [w.Length, table.Rotary.Width / 2 * 2L], w.ComputeType) { Rows = table.Rows },
        .. from table in BiasTable.Of(m, w)
           select new TensorSpec(table.Name, Part.Inputs, TensorRole.Angles, [table.Heads, table.Length], w.ComputeType) { Rows = table.Rows },
        .. from table in GrowthTable.Of(m, w)
           select new TensorSpec(table.Name, Part.Inputs, TensorRole.Angles, [table.Length, 1], w.ComputeType) { Rows = table.Rows },
    ];
}
