using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmMemProfiler.Core.Accounts;

/// <summary>The stretches of a run.</summary>
[JsonConverter(typeof(PhaseConverter))]
public enum Phase
{
    /// <summary>Runtime and device come up.</summary>
    Init,

    /// <summary>Weights, cache and token buffers are made.</summary>
    Load,

    /// <summary>The prompt goes through the model.</summary>
    Prefill,

    /// <summary>One token a step.</summary>
    Decode,
}

public static class Phases
{
    public static string Name(this Phase phase) => phase switch
    {
        Phase.Init => "init",
        Phase.Load => "load",
        Phase.Prefill => "prefill",
        Phase.Decode => "decode",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "not a phase"),
    };
}

public sealed class PhaseConverter() : JsonStringEnumConverter<Phase>(JsonNamingPolicy.SnakeCaseLower);
