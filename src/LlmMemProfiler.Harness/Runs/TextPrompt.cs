using LlmMemProfiler.Core.Records;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Harness.Runs;

/// <summary>A prompt of the user's own, the same for each sequence.</summary>
/// <param name="Tokens">Its token ids, below the vocabulary; as many as the workload's prompt has.</param>
/// <param name="Memory">What it keeps of this process's memory outside .NET's heap: part of the profiler's own.</param>
/// <param name="OnToken">Receives each new token of the first sequence; not measured, but takes time, and on a GPU waits for it.</param>
/// <param name="EndTokens">Tokens after which the run stops; empty to decode all.</param>
/// <param name="Facts">What the record says of it, by the tokens generated.</param>
public sealed record TextPrompt(
    IReadOnlyList<long> Tokens, ByteSize Memory, Action<long> OnToken, IReadOnlyCollection<long> EndTokens, Func<IReadOnlyList<long>, TextFacts> Facts);
