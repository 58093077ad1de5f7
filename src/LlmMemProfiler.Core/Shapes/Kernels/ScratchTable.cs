namespace LlmMemProfiler.Core.Shapes.Kernels;

/// <summary>
/// What a library was seen to take inside products whose scratch follows from its inner choices, shape by shape; and which
/// shapes were asked for but never tried.
/// </summary>
public sealed class ScratchTable
{
    private readonly Dictionary<LinearShape, KernelScript> linears = [];
    private readonly Dictionary<ProductShape, KernelScript> products = [];
    private readonly HashSet<LinearShape> missingLinears = [];
    private readonly HashSet<ProductShape> missingProducts = [];

    public IReadOnlyDictionary<LinearShape, KernelScript> Linears => linears;

    public IReadOnlyDictionary<ProductShape, KernelScript> Products => products;

    /// <summary>Shapes asked for in vain.</summary>
    public IReadOnlyCollection<LinearShape> MissingLinears => missingLinears;

    /// <summary>Shapes asked for in vain.</summary>
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

    /// <summary>What was seen; where nobody looked, the result alone, and the shape is noted as missing.</summary>
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
