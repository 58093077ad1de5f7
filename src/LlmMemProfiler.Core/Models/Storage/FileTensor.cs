namespace LlmMemProfiler.Core.Models.Storage;

/// <summary>A tensor as it lies in a file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its shape, outermost dimension first.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Bytes">Its size in the file.</param>
public sealed record FileTensor(string Name, IReadOnlyList<long> Shape, ElementType Type, long Bytes)
{
    /// <summary>Where its data can be read; null for what a config describes, and in files that are only counted.</summary>
    public FilePlace? Place { get; init; }
}

/// <summary>Where a tensor's data begins.</summary>
/// <param name="Path">The file.</param>
/// <param name="Offset">In bytes.</param>
public sealed record FilePlace(string Path, long Offset);
