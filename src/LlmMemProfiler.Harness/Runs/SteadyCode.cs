namespace LlmMemProfiler.Harness.Runs;

/// <summary>
/// How .NET compiles in a process that measures: each method once, when it is first called. By default it compiles what is called often
/// again on another thread, whenever that gets to it, and what the compiler leaves in the C library's heap would be counted as the model's:
/// 5 MiB, or nothing in a run too short for it.
/// </summary>
/// <remarks>The runtime reads it as it starts: https://learn.microsoft.com/dotnet/core/runtime-config/compilation.</remarks>
public static class SteadyCode
{
    public const string Variable = "DOTNET_TieredCompilation";
    public const string Value = "0";

    /// <summary>True if this process was started with it, or with a value of the user's own.</summary>
    public static bool IsChosen => Environment.GetEnvironmentVariable(Variable) is not null;
}
