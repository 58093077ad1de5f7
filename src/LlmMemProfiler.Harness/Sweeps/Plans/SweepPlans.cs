using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>The plans known by name: the files of <c>profiles/sweeps</c>, carried inside the program.</summary>
public static class SweepPlans
{
    private static readonly Catalog Carried = new(typeof(SweepPlans).Assembly, "sweeps");

    public static IReadOnlyList<string> Names => Carried.Names;

    /// <summary>A plan by its name, or a file by its path.</summary>
    /// <exception cref="InputException">Neither exists, or the file is no plan.</exception>
    public static SweepPlan Find(string nameOrPath)
    {
        if (Carried.Read(nameOrPath) is { } plan)
            return SweepPlan.Read(plan, $"plan {nameOrPath}", nameOrPath, folder: null);
        if (!Path.Exists(nameOrPath))
            throw new InputException($"'{nameOrPath}' is neither a plan nor a file; {NearNames.Hint(nameOrPath, "plans", Names)}");
        return SweepPlan.Read(
            SmallFile.Read(nameOrPath, "plan"), nameOrPath, Path.GetFileNameWithoutExtension(nameOrPath), Path.GetDirectoryName(Path.GetFullPath(nameOrPath)));
    }
}
