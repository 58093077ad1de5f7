using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Checkpoints;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>Finds a plan's models: presets, or files next to the plan.</summary>
/// <param name="folder">The plan's folder; null for a built-in plan.</param>
/// <param name="randomWeights">True to ignore the weights in a model's folder.</param>
internal sealed class PlanModels(string? folder, bool randomWeights)
{
    private readonly Dictionary<string, (RunnableModel, ModelFacts)> found = [];

    /// <exception cref="InputException">The model does not exist.</exception>
    public (RunnableModel Runnable, ModelFacts Facts) Find(PlanValue value)
    {
        var name = value.Text();
        if (found.TryGetValue(name, out var known))
            return known;
        try
        {
            var path = folder is null || ModelPresets.Names.Contains(name) ? name : Path.Combine(folder, name);
            var model = RunnableModel.Find(Path.Exists(path) ? path : name, randomWeights);
            return found[name] = (model, ModelFacts.Of(model.Model));
        }
        catch (FieldException e)
        {
            throw e.At(value.Where);
        }
        catch (InputException e)
        {
            throw new InputException($"{value.Where}: {e.Message}", e);
        }
        catch (OverflowException e)
        {
            throw new InputException($"{value.Where}: {name} has more parameters than 64 bits can count; use a smaller model", e);
        }
    }
}
