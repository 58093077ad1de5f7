using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Models.Families;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>Finds a plan's models: presets, or files next to the plan.</summary>
/// <param name="folder">The plan's folder; null for a built-in plan.</param>
/// <param name="randomWeights">True to ignore the weights in a model's folder.</param>
internal sealed class PlanModels(string? folder, bool randomWeights)
{
    private readonly Dictionary<string, (ModelSpec, ModelFacts)> found = [];

    /// <exception cref="InputException">The model does not exist.</exception>
    public (ModelSpec Spec, ModelFacts Facts) Find(PlanValue value)
    {
        var name = value.Text();
        if (found.TryGetValue(name, out var known))
            return known;
        try
        {
            var path = folder is null || ModelPresets.Names.Contains(name) ? name : Path.Combine(folder, name);
            var spec = ModelPresets.FindToRun(Path.Exists(path) ? path : name, randomWeights);
            return found[name] = (spec, ModelFacts.Of(spec));
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
