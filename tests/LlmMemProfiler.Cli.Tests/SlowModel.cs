namespace LlmMemProfiler.Cli.Tests;

internal static class SlowModel
{
    /// <summary>Loaded in an instant, decoded for a minute.</summary>
    public const string Json = """
        {"name":"slow","layers":8,"d_model":512,"heads":8,"d_ff":2048,"vocabulary":1000,"positions":4096,
         "tied_output":true,"linear_bias":true,"final_norm":true}
        """;
}
