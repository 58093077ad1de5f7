using LlmMemProfiler.Core.Gpus;

namespace LlmMemProfiler.Core.Virtual;

/// <summary>
/// Random points of one card that the real libtorch ran on a virtual GPU, and how many of them were predicted: a row of
/// <c>profiles/virtual/points.tsv</c>.
/// </summary>
/// <param name="StandIn">Version of the stand-in for CUDA.</param>
/// <param name="LibTorch">Version of libtorch, such as '2.10.0'.</param>
/// <param name="Runtime">The CUDA that it was built for, such as '12.8'.</param>
/// <param name="Seed">Names the sequence that the points were drawn from.</param>
/// <param name="Gpu">The card, as in the table of GPUs.</param>
/// <param name="Capability">Its compute capability.</param>
/// <param name="Points">How many points.</param>
/// <param name="Processes">In how many processes; the first point of each is a fresh process's.</param>
/// <param name="EqualTraces">Points of which every event was predicted: size, order and lifetime.</param>
/// <param name="EqualAllocated">Points whose allocated peak was predicted to the byte.</param>
/// <param name="EqualReserved">Points whose reserved peak was.</param>
/// <param name="OutOfMemory">Points that ran out of memory, which is predicted too.</param>
/// <param name="Events">Allocations and frees.</param>
/// <param name="Settings">Points by allocator option or variable that was set, 'defaults' for none; a point may have several.</param>
public sealed record CheckedPoints(
    int StandIn, string LibTorch, string Runtime, int Seed, string Gpu, ComputeCapability Capability, int Points, int Processes,
    int EqualTraces, int EqualAllocated, int EqualReserved, int OutOfMemory, long Events, IReadOnlyDictionary<string, int> Settings)
{
    /// <summary>True if each point was predicted in every event and both levels.</summary>
    public bool AllEqual => EqualTraces == Points && EqualAllocated == Points && EqualReserved == Points;
}
