using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models;

/// <summary>Data types for cached keys and values, by name.</summary>
public static class CacheTypes
{
    /// <summary>The compute type.</summary>
    public const string Same = "same";

    /// <summary>Names of the types.</summary>
    public static IReadOnlyList<string> Known { get; } =
        [DataType.Float16.Name(), DataType.BFloat16.Name(), DataType.Float32.Name()];

    /// <summary>All choices, by name in any case.</summary>
    public static IReadOnlyDictionary<string, DataType?> All { get; } =
        Known.Prepend(Same).ToDictionary(
            word => word, word => word == Same ? (DataType?)null : DataTypes.OfWeights[word], StringComparer.OrdinalIgnoreCase);
}
