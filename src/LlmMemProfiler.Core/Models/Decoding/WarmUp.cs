namespace LlmMemProfiler.Core.Models.Decoding;

/// <summary>
/// A model of a few kilobytes with the same types and kernels, run first so that libraries load and allocate their
/// workspaces before the measurement begins.
/// </summary>
public static class WarmUp
{
    /// <summary>The warm-up for a model and workload.</summary>
    public static (ModelSpec Model, Workload Workload) Of(ModelSpec model, Workload workload) => (
        Small(GptSizes.Of(model)).Model("warm-up"),
        // Two sequences where there are several: single rows may go another way than the run's, and leave a library's workspace to it.
        workload with { Batch = Math.Min(workload.Batch, 2), Prompt = 4, NewTokens = 2 });

    private static GptSizes Small(GptSizes sizes) => sizes with
    {
        Name = "warm-up",
        Layers = 1,
        DModel = 8 * sizes.Heads,
        DFf = 64,
        Vocabulary = 64,
        Positions = 8,
    };
}
