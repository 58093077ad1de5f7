using LlmMemProfiler.Core.Models;
using static TorchSharp.torch;

namespace LlmMemProfiler.Benchmarks;

/// <summary>
/// What a careful user would write in TorchSharp without this program: one decode step of a model with a preallocated cache, no
/// interfaces, no tags, no hook. It shares the weights with the measured decoder and has a cache of its own.
/// </summary>
internal interface IBareLoop : IDisposable
{
    /// <summary>Decodes the token at a position.</summary>
    void Step(long position);

    /// <exception cref="NotSupportedException">The model is neither of GPT-2's nor of Llama's kind.</exception>
    static IBareLoop Of(ModelSpec model, Workload workload, IReadOnlyDictionary<string, Tensor> weights) =>
        weights.ContainsKey("wpe.weight") ? new BareGptLoop(model, workload, weights)
        : weights.ContainsKey("layers.0.mlp.gate_proj.weight") ? new BareLlamaLoop(model, workload, weights)
        : throw new NotSupportedException($"{model.Name}: there are bare loops of GPT-2 and of Llama");
}
