using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Models;

/// <summary>Data types for cached keys and values, by name.</summary>
public static class CacheTypes
{
    /// <summary>The compute type.</summary>
    public const string Same = "same";

    /// <summary>The types, by name in any case.</summary>
    public static IReadOnlyDictionary<string, DataType> Known { get; } =
        ((DataType[])[DataType.Float16, DataType.BFloat16, DataType.Float32, DataType.Int8, DataType.Float8])
            .ToDictionary(type => type.Name(), StringComparer.OrdinalIgnoreCase);

    /// <summary>All choices for keys and values together, by name in any case.</summary>
    public static IReadOnlyDictionary<string, DataType?> All { get; } =
        Known.Keys.Prepend(Same).ToDictionary(
            word => word, word => word == Same ? (DataType?)null : Known[word], StringComparer.OrdinalIgnoreCase);
}
