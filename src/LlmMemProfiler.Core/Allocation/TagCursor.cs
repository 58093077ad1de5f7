using LlmMemProfiler.Core.Accounts;

namespace LlmMemProfiler.Core.Allocation;

/// <summary>
/// The model's current position. The model moves it; allocation hooks read <see cref="Current"/>. The word is in
/// pinned memory, so native callbacks can read it by address.
/// </summary>
public sealed class TagCursor
{
    private readonly ulong[] cell = GC.AllocateArray<ulong>(1, pinned: true);
    private Phase phase;
    private int step;
    private int? layer;
    private Part part = Part.Activations;
    private uint sequence;

    public TagCursor() => Publish(Operation.None);

    public Tag Current => new(cell[0]);

    /// <summary>The pinned word that holds <see cref="Current"/>, packed; valid as long as this object lives.</summary>
    public ref ulong Cell => ref cell[0];

    /// <summary>Enters a phase or its next step.</summary>
    public void Enter(Phase phase, int step = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, Tag.MaximumSteps);
        this.phase = phase;
        this.step = step;
        layer = null;
        Publish(Operation.None);
    }

    /// <summary>Enters a layer; null leaves it.</summary>
    public void EnterLayer(int? layer)
    {
        this.layer = layer;
        Publish(Operation.None);
    }

    /// <summary>Attributes all allocations to one part until the result is disposed.</summary>
    public PartScope Owner(Part part)
    {
        var scope = new PartScope(this, this.part);
        Set(part);
        return scope;
    }

    /// <summary>Starts an operation, which ends when the result is disposed; blocks allocated and freed before then are its scratch.</summary>
    public OperationScope Begin(Operation operation)
    {
        sequence = unchecked(sequence + 1);
        Publish(operation);
        return new(this);
    }

    private void Set(Part part)
    {
        this.part = part;
        Publish(Operation.None);
    }

    private void End()
    {
        sequence = unchecked(sequence + 1);
        Publish(Operation.None);
    }

    private void Publish(Operation operation) => cell[0] = Tag.Of(phase, step, layer, part, operation, sequence).Packed;

    public readonly struct PartScope(TagCursor cursor, Part before) : IDisposable
    {
        public void Dispose() => cursor.Set(before);
    }

    public readonly struct OperationScope(TagCursor cursor) : IDisposable
    {
        public void Dispose() => cursor.End();
    }
}
