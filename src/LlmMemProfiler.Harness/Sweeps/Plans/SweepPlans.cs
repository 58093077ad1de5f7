using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Harness.Sweeps.Plans;

/// <summary>The built-in plans: the files in <c>profiles/sweeps</c>, embedded in the program.</summary>
public static class SweepPlans
{
    /// <summary>What a calibration measures where no other plan is named.</summary>
    public const string ForCalibration = "standard";

    private static readonly Catalog BuiltIn = new(typeof(SweepPlans).Assembly, "sweeps");

    public static IReadOnlyList<string> Names => BuiltIn.Names;

    /// <summary>Finds a built-in plan by name, or a file by path.</summary>
    /// <param name="nameOrPath">The plan.</param>
    /// <param name="randomWeights">True to ignore the weights in a model's folder.</param>
    /// <exception cref="InputException">Neither exists, or the file is not a plan.</exception>
    public static SweepPlan Find(string nameOrPath, bool randomWeights = false)
    {
        if (BuiltIn.Match(nameOrPath) is { } name)
            return SweepPlan.Read(BuiltIn.Read(name), $"plan {name}", name, folder: null) with { IsStandard = name == ForCalibration };
        if (!Path.Exists(nameOrPath))
            throw new InputException($"unknown plan '{nameOrPath}', and no such file; {NearNames.Hint(nameOrPath, "plans", Names)}");
        return SweepPlan.Read(
            SmallFile.Read(nameOrPath, "plan"), nameOrPath, Path.GetFileNameWithoutExtension(nameOrPath), Path.GetDirectoryName(Path.GetFullPath(nameOrPath)),
            randomWeights);
    }
}
