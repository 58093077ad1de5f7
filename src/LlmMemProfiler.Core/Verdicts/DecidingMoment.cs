using LlmMemProfiler.Core.Accounts;
using LlmMemProfiler.Core.Allocation;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Verdicts;

/// <summary>The moment that decides how much memory is needed: with less of it, this is where it would end.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Step">Decode step or prefill chunk; 0 elsewhere.</param>
/// <param name="Layer">The layer; null outside of layers.</param>
/// <param name="Operation">The operation; null between operations.</param>
/// <param name="Part">What the memory is for.</param>
public sealed record DecidingMoment(Phase Phase, int Step, int? Layer, string? Operation, string Part)
{
    public static DecidingMoment Of(Tag tag) => new(
        tag.Phase, tag.Step, tag.Layer, tag.Operation == Allocation.Operation.None ? null : tag.Operation.Name(), tag.Part.Name());
}
