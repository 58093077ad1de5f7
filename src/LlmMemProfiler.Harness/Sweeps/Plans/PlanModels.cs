using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Models;
using LlmMemProfiler.Core.Points;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>Finds the models that a plan names: presets, or files beside the plan.</summary>
/// <param name="folder">The plan's folder; null for a plan that came with the program.</param>
internal sealed class PlanModels(string? folder)
{
    private readonly Dictionary<string, (ModelSpec, ModelFacts)> found = [];

    /// <exception cref="InputException">There is no such model.</exception>
    public (ModelSpec Spec, ModelFacts Facts) Find(PlanValue value)
    {
        var name = value.Text();
        if (found.TryGetValue(name, out var known))
            return known;
        try
        {
            var beside = folder is null || ModelPresets.Names.Contains(name) ? name : Path.Combine(folder, name);
            var spec = ModelPresets.Find(Path.Exists(beside) ? beside : name);
            return found[name] = (spec, ModelFacts.Of(spec));
        }
        catch (InputException e)
        {
            throw new InputException($"{value.Where}: {e.Message}", e);
        }
        catch (OverflowException e)
        {
            throw new InputException($"{value.Where}: {name} has more parameters than 64 bits can count; a smaller model is needed", e);
        }
    }
}
