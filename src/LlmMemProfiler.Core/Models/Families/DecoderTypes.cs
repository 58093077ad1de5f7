namespace LlmMemProfiler.Core.Models.Families;

/// <summary>The values of <c>model_type</c> that are read.</summary>
public static class DecoderTypes
{
    /// <summary>In alphabetical order.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. ModelFamily.All.Keys.Concat(KindredTypes.Names).Order(StringComparer.OrdinalIgnoreCase)];
}
