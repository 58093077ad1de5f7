using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>What a multiprocessor has; on all known cards it follows from the compute capability.</summary>
/// <param name="Threads">Most threads that are resident at once.</param>
/// <param name="Registers">32-bit registers.</param>
/// <param name="Shared">Shared memory.</param>
/// <param name="SharedPerBlock">Most of it that a block gets if it opts in.</param>
/// <remarks>NVIDIA, CUDA C++ Programming Guide, 'Technical Specifications per Compute Capability'; in <c>profiles/gpus.json</c>.</remarks>
public sealed record MultiprocessorLimits(int Threads, int Registers, ByteSize Shared, ByteSize SharedPerBlock);
