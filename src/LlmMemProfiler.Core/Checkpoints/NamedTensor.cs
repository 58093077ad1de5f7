using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Checkpoints;

/// <summary>A tensor of a checkpoint.</summary>
public sealed record NamedTensor(string Name, DataType Type, IReadOnlyList<long> Shape)
{
    public ByteSize Size => Shape.Aggregate(new ByteSize(Type.Bytes()), (size, n) => size * n);
}
