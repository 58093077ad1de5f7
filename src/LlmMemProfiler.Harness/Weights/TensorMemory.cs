using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Weights;

/// <summary>Writes tensors from C#: on the CPU into their own memory, else through one staging buffer, which is reused.</summary>
internal sealed class TensorMemory : IDisposable
{
    private Tensor? staging;

    public void Dispose() => staging?.Dispose();

    /// <summary>Writes a flat tensor in chunks.</summary>
    /// <param name="flat">The tensor.</param>
    /// <param name="chunk">The most elements of a chunk.</param>
    /// <param name="write">Writes a chunk that begins at an element of the tensor.</param>
    public void ByChunks<T>(Tensor flat, int chunk, Action<Elements<T>, long> write)
        where T : unmanaged
    {
        for (long first = 0, total = flat.shape[0]; first < total; first += chunk)
        {
            var count = (int)Math.Min(chunk, total - first);
            using var place = flat.narrow(0, first, count);
            using var host = IsHere(place) ? place.alias() : Staging(place.dtype, count);
            write(Elements<T>.Of(host), first);
            if (!IsHere(place))
                _ = place.copy_(host);
        }
    }

    /// <summary>True for a tensor that C# can write to.</summary>
    public static bool IsHere(Tensor tensor) => tensor.device_type == TorchSharp.DeviceType.CPU;

    private Tensor Staging(ScalarType type, int count)
    {
        if (staging is null || staging.dtype != type || staging.shape[0] < count)
        {
            staging?.Dispose();
            staging = empty(count, dtype: type);
        }
        return staging.narrow(0, 0, count);
    }
}

/// <summary>Unmanaged elements that, unlike a span, a lambda can capture, and that may be more than a span holds.</summary>
internal readonly unsafe struct Elements<T>
    where T : unmanaged
{
    private const int PageBytes = 4096;

    private readonly T* first;

    private Elements(T* first, long length)
    {
        this.first = first;
        Length = length;
    }

    public long Length { get; }

    /// <summary>The elements of a contiguous tensor on the CPU.</summary>
    public static Elements<T> Of(Tensor tensor)
    {
        using var flat = tensor.view(-1);
        using var one = flat.narrow(0, 0, 1);
        return new((T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(one.bytes)), checked(flat.shape[0] * one.bytes.Length / sizeof(T)));
    }

    public T this[long index]
    {
        set => first[index] = value;
    }

    /// <summary>Makes sure that some elements have memory: it comes page by page, as it is first written to.</summary>
    public void Touch(long start, int most)
    {
        for (var i = start; i < Math.Min(start + most, Length); i += PageBytes / sizeof(T))
            first[i] = default;
    }

    /// <summary>Writes columns of a matrix as rows.</summary>
    /// <param name="matrix">From its first element.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">The columns to write.</param>
    /// <param name="width">Elements from one of its rows to the next.</param>
    /// <param name="start">Where the first column goes.</param>
    /// <param name="pitch">Elements from where one column goes to where the next does.</param>
    public void Turn(ReadOnlySpan<T> matrix, int rows, int columns, int width, long start, long pitch)
    {
        for (var row = 0; row < rows; row++)
        {
            var target = first + start + row;
            foreach (var element in matrix.Slice(row * width, columns))
            {
                *target = element;
                target += pitch;
            }
        }
    }

    public Span<T> Slice(long start, int length) => new(first + start, length);
}
