namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>
/// A model of a few kilobytes with the same types and kernels, which is run first, so that what libraries load and take at
/// their first use is there, and counted as such, before the measurement begins.
/// </summary>
public static class WarmUp
{
    /// <summary>What is run before a model under a workload.</summary>
    public static (ModelSpec Model, Workload Workload) Of(ModelSpec model, Workload workload) => (
        model with
        {
            Name = "warm-up",
            Layers = 1,
            DModel = 8 * model.Heads,
            DFf = 64,
            Vocabulary = 64,
            Positions = 8,
        },
        workload with { Batch = 1, Prompt = 4, NewTokens = 2 });
}
