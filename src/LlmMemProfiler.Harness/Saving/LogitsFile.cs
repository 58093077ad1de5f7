using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Harness.Runs;
using LlmMemProfiler.Harness.Weights;
using static TorchSharp.torch;

namespace LlmMemProfiler.Harness.Saving;

/// <summary>
/// Saves a run's decode for comparison with another implementation: <c>prompt</c> [B, P] and <c>generated</c> [T, B], INT64, and the
/// <c>logits</c> [T, B, V] of each token, in the compute type.
/// </summary>
public sealed class LogitsFile : IDisposable
{
    private readonly RunRequest request;
    private readonly SafetensorsWriter file;
    private int steps;

    /// <summary>Opens the file and writes the prompt.</summary>
    /// <param name="path">A safetensors file, which appears once complete.</param>
    /// <param name="request">The run to save.</param>
    /// <exception cref="InputException">The run computes logits for all prompt positions.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public LogitsFile(string path, RunRequest request)
    {
        this.request = request;
        var (model, w) = (request.Model, request.Workload);
        if (w.Logits == LogitsFor.All)
            throw new InputException("--save-logits cannot save logits for all positions; --logits must be last");
        file = new(path,
        [
            new("prompt", DataType.Int64, [w.Batch, w.Prompt]),
            new("logits", w.ComputeType, [w.NewTokens, w.Batch, model.Vocabulary]),
            new("generated", DataType.Int64, [w.NewTokens, w.Batch]),
        ]);
        try
        {
            using var filler = new ModelFiller(model, request.Seed) { Prompt = request.Prompt?.Tokens };
            for (var place = 0L; place < (long)w.Batch * w.Prompt; place++)
                file.Write(BitConverter.GetBytes(filler.PromptToken(place)));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Why the file was not written, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Appends the logits of the next token, [B, V].</summary>
    public void Add(Tensor logits)
    {
        using var host = logits.cpu();
        Try(() => file.Write(host.bytes));
        steps++;
    }

    /// <summary>Writes the chosen tokens after a complete run, and gives the file its name.</summary>
    /// <param name="generated">Token ids, one list per sequence.</param>
    /// <returns>False if the run ended early or the file could not be written.</returns>
    public bool Complete(IReadOnlyList<IReadOnlyList<long>> generated)
    {
        if (Fault is null && (steps != request.Workload.NewTokens || generated.Count != request.Workload.Batch))
            Fault = $"the run ended after {steps} of {request.Workload.NewTokens} tokens";
        Try(() =>
        {
            for (var step = 0; step < steps; step++)
            {
                foreach (var sequence in generated)
                    file.Write(BitConverter.GetBytes(sequence[step]));
            }
            file.Complete();
        });
        return Fault is null;
    }

    public void Dispose() => file.Dispose();

    /// <summary>A full disk loses the file, not the measurement.</summary>
    private void Try(Action write)
    {
        if (Fault is not null)
            return;
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fault = e.Message.TrimEnd('.');
        }
    }
}
