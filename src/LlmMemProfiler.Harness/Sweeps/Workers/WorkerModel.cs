using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Harness.Sweeps.Workers;

/// <summary>A model in a message: the sizes of one like GPT-2, or the config of another.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sizes">Null for one that has a config.</param>
/// <param name="Config">Null for one that its sizes describe.</param>
public sealed record WorkerModel(string Name, GptSizes? Sizes, string? Config)
{
    public static WorkerModel Of(ModelSpec model) => new(model.Name, model.Config is null ? GptSizes.Of(model) : null, model.Config);

    /// <exception cref="InputException">There is no such model.</exception>
    public ModelSpec ToSpec() => Config is { } config ? KeptConfig.Read(config, Name)
        : Sizes?.Model("request") ?? throw new InputException($"request: {Name} has neither sizes nor config; expected one of them");
}
