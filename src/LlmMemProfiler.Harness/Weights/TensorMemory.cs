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

    public Span<T> Slice(long start, int length) => new(first + start, length);
}
