using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Allocation;

/// <summary>
/// What an allocation is for, in 64 bits: phase, step, layer, operation, and owning part. A single word, so it can be
/// published with one write and read inside the allocator's callback.
/// </summary>
public readonly record struct Tag(ulong Packed)
{
    private const int SequenceBits = 20, StepBits = 20, LayerBits = 12, OperationBits = 6, PartBits = 4;
    private const int StepAt = SequenceBits, LayerAt = StepAt + StepBits, OperationAt = LayerAt + LayerBits;
    private const int PartAt = OperationAt + OperationBits, PhaseAt = PartAt + PartBits;
    private const int NoLayer = (1 << LayerBits) - 1;

    /// <summary>The most steps that tags can distinguish.</summary>
    public const int MaximumSteps = 1 << StepBits;

    /// <summary>Sequence numbers wrap to 0 after this.</summary>
    public const int LargestSequence = (1 << SequenceBits) - 1;

    public static Tag Of(Phase phase, int step, int? layer, Part part, Operation operation, uint sequence) => new(
        ((ulong)phase << PhaseAt) |
        ((ulong)part << PartAt) |
        ((ulong)operation << OperationAt) |
        ((ulong)(layer ?? NoLayer) << LayerAt) |
        ((ulong)step << StepAt) |
        (sequence & LargestSequence));

    public Phase Phase => (Phase)(Packed >> PhaseAt);

    public Part Part => (Part)Field(PartAt, PartBits);

    public Operation Operation => (Operation)Field(OperationAt, OperationBits);

    public int? Layer => Field(LayerAt, LayerBits) is var layer && layer == NoLayer ? null : layer;

    /// <summary>Decode step or prefill chunk; 0 elsewhere.</summary>
    public int Step => Field(StepAt, StepBits);

    /// <summary>Counts operation starts and ends, so consecutive operations and gaps always differ.</summary>
    public int Sequence => Field(0, SequenceBits);

    /// <summary>This tag with another owner.</summary>
    public Tag OwnedBy(Part part) => Of(Phase, Step, Layer, part, Operation, (uint)Sequence);

    /// <summary>This tag, of a layer, for one that comes later.</summary>
    public Tag LayersLater(int layers) => new(Packed + ((ulong)layers << LayerAt));

    /// <summary>This tag for a workspace that a library allocates on first use and keeps.</summary>
    public Tag KeptByLibrary => Of(Phase, Step, Layer, Part.Workspace, Operation.KeepWorkspace, (uint)Sequence);

    /// <summary>For example 'decode step 3, layer 5, Linear (activations)'.</summary>
    public override string ToString()
    {
        var step = Phase == Phase.Decode ? $" step {Step}" : Phase == Phase.Prefill && Step > 0 ? $" chunk {Step}" : "";
        var layer = Layer is { } l ? $", layer {l}" : "";
        var operation = Operation == Operation.None ? "" : Operation == Operation.KeepWorkspace ? ", kept by a library" : $", {Operation}";
        return $"{Phase.Name()}{step}{layer}{operation} ({Part.Name()})";
    }

    private int Field(int at, int bits) => (int)((Packed >> at) & ((1UL << bits) - 1));
}
