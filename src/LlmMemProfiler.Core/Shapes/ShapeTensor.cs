using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Shapes;

/// <summary>A tensor with only shape, layout and storage. Views share storage.</summary>
public sealed class ShapeTensor : IDisposable
{
    private readonly Storage storage;
    private readonly long[] shape;
    private bool disposed;

    internal ShapeTensor(Storage storage, DataType type, long[] shape, long[] strides)
    {
        this.storage = storage;
        Type = type;
        this.shape = shape;
        Strides = strides;
        storage.References++;
    }

    public DataType Type { get; }

    /// <exception cref="ObjectDisposedException">The model uses a disposed tensor.</exception>
    public long[] Shape
    {
        get
        {
            ThrowIfDisposed();
            return shape;
        }
    }

    /// <summary>Strides of each dimension, in elements.</summary>
    public long[] Strides { get; }

    public long Elements
    {
        get
        {
            var product = 1L;
            foreach (var n in Shape)
                product *= n;
            return product;
        }
    }

    /// <summary>True if the layout is row-major without gaps; dimensions of 1 are ignored.</summary>
    public bool IsContiguous
    {
        get
        {
            var expected = 1L;
            for (var i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] == 1)
                    continue;
                if (Strides[i] != expected)
                    return false;
                expected *= Shape[i];
            }
            return true;
        }
    }

    /// <summary>A view with another layout.</summary>
    internal ShapeTensor View(long[] shape, long[] strides)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return new(storage, Type, shape, strides);
    }

    /// <summary>Strides of a row-major layout.</summary>
    internal static long[] ContiguousStrides(ReadOnlySpan<long> shape)
    {
        var strides = new long[shape.Length];
        var step = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= shape[i];
        }
        return strides;
    }

    /// <summary>Throws if the model uses or frees a disposed tensor.</summary>
    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(disposed, this);

    public void Dispose()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        disposed = true;
        if (--storage.References == 0)
            storage.Release();
    }

    /// <summary>A block of memory; freed with its last tensor.</summary>
    internal sealed class Storage(ulong block, long size, Action<ulong, long> free)
    {
        public int References { get; set; }

        public void Release() => free(block, size);
    }
}
