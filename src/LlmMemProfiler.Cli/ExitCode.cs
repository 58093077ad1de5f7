namespace LlmMemProfiler.Cli;

/// <summary>How the program ends; part of its contract.</summary>
internal static class ExitCode
{
    /// <summary>Done. An out-of-memory point is a result.</summary>
    public const int Done = 0;

    /// <summary>A gate failed: errors are above what was asked.</summary>
    public const int GateFailed = 1;

    /// <summary>Bad input or usage.</summary>
    public const int BadInput = 2;

    /// <summary>No usable, or an occupied, device.</summary>
    public const int NoDevice = 3;

    /// <summary>A fault of this program.</summary>
    public const int InternalError = 70;

    /// <summary>Interrupted; what was measured is kept.</summary>
    public const int Interrupted = 130;
}
