namespace LlmMemProfiler.Cli.Options;

/// <summary>The GPUs that --target takes.</summary>
internal static class TargetNames
{
    public const string Description =
        "a card such as h100, a100-80, rtx-4090 or t4 ('llmmem targets' lists them all), a MIG slice such as a100-80/1g.10gb, " +
        "or capability, multiprocessors and capacity such as sm_120:46:12GiB";
}
