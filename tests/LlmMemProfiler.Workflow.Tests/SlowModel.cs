namespace LlmMemProfiler.Workflow.Tests;

internal static class SlowModel
{
    /// <summary>Loaded in an instant, decoded for a minute.</summary>
    public static string Json { get; } = Of(layers: 8);

    /// <summary>Loaded for seconds.</summary>
    public static string LargeJson { get; } = Of(layers: 128);

    private static string Of(int layers) => $$"""
        {"name":"slow","layers":{{layers}},"d_model":512,"heads":8,"d_ff":2048,"vocabulary":1000,"positions":4096,
         "tied_output":true,"linear_bias":true,"final_norm":true}
        """;
}
