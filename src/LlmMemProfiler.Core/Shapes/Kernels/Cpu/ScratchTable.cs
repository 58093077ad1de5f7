namespace LlmMemProfiler.Core.Shapes.Kernels.Cpu;

/// <summary>
/// Observed scratch of products, by shape, where it depends on a library's internal choices; and the shapes requested
/// but never probed.
/// </summary>
public sealed class ScratchTable
{
    private readonly Dictionary<LinearShape, KernelScript> linears = [];
    private readonly Dictionary<ProductShape, KernelScript> products = [];
    private readonly HashSet<LinearShape> missingLinears = [];
    private readonly HashSet<ProductShape> missingProducts = [];

    public IReadOnlyDictionary<LinearShape, KernelScript> Linears => linears;

    public IReadOnlyDictionary<ProductShape, KernelScript> Products => products;

    /// <summary>Shapes requested but not in the table.</summary>
    public IReadOnlyCollection<LinearShape> MissingLinears => missingLinears;

    /// <summary>Shapes requested but not in the table.</summary>
    public IReadOnlyCollection<ProductShape> MissingProducts => missingProducts;

    public bool IsComplete => missingLinears.Count + missingProducts.Count == 0;

    public void Add(in LinearShape shape, KernelScript script)
    {
        linears[shape] = script;
        missingLinears.Remove(shape);
    }

    public void Add(in ProductShape shape, KernelScript script)
    {
        products[shape] = script;
        missingProducts.Remove(shape);
    }

    /// <summary>The observed script; for an unknown shape, the result only, and the shape is recorded as missing.</summary>
    public KernelScript Find(in LinearShape shape)
    {
        if (linears.TryGetValue(shape, out var script))
            return script;
        missingLinears.Add(shape);
        return KernelScript.ResultOnly;
    }

    /// <inheritdoc cref="Find(in LinearShape)"/>
    public KernelScript Find(in ProductShape shape)
    {
        if (products.TryGetValue(shape, out var script))
            return script;
        missingProducts.Add(shape);
        return KernelScript.ResultOnly;
    }
}
