using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models;

/// <summary>Types that cached keys and values may be asked to have, by their words.</summary>
public static class CacheTypes
{
    /// <summary>Stands for the type of the arithmetic.</summary>
    public const string Same = "same";

    /// <summary>The types' own words.</summary>
    public static IReadOnlyList<string> Known { get; } =
        [DataType.Float16.Name(), DataType.BFloat16.Name(), DataType.Float32.Name()];

    public static IReadOnlyDictionary<string, DataType?> All { get; } =
        Known.Prepend(Same).ToDictionary(word => word, word => word == Same ? (DataType?)null : DataTypes.OfWeights[word]);
}
