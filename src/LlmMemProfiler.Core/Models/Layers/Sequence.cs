using System.Collections;
using System.Runtime.CompilerServices;

namespace LlmMemProfiler.Core.Models.Layers;

/// <summary>A list that never changes, and equals another if their elements do, so that records that hold it are values.</summary>
[CollectionBuilder(typeof(Sequence), nameof(Sequence.Of))]
public sealed class Sequence<T> : IReadOnlyList<T>, IEquatable<Sequence<T>>
{
    private readonly T[] elements;

    internal Sequence(T[] elements) => this.elements = elements;

    public int Count => elements.Length;

    public T this[int index] => elements[index];

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)elements).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(Sequence<T>? other) => other is not null && elements.AsSpan().SequenceEqual(other.elements);

    public override bool Equals(object? obj) => Equals(obj as Sequence<T>);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var element in elements)
            hash.Add(element);
        return hash.ToHashCode();
    }

    public override string ToString() => $"[{string.Join(", ", elements)}]";
}

/// <summary>Makes a <see cref="Sequence{T}"/> of a collection expression.</summary>
public static class Sequence
{
    public static Sequence<T> Of<T>(ReadOnlySpan<T> elements) => new(elements.ToArray());
}
