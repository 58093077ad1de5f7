namespace LlmMemProfiler.Cli;

/// <summary>Exit codes; part of the contract.</summary>
internal static class ExitCode
{
    /// <summary>Success. An out-of-memory point counts as a result.</summary>
    public const int Done = 0;

    /// <summary>A gate failed, a point of a sweep failed or timed out, or stdout or a file beside the record could not be written.</summary>
    public const int Failed = 1;

    /// <summary>Bad input or usage.</summary>
    public const int BadInput = 2;

    /// <summary>No usable device, or the device is busy.</summary>
    public const int NoDevice = 3;

    /// <summary>Internal error.</summary>
    public const int InternalError = 70;

    /// <summary>Interrupted; measurements so far are kept.</summary>
    public const int Interrupted = 130;
}
