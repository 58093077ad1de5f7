using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Accounts;

/// <summary>The stretches of a run.</summary>
[JsonConverter(typeof(WordConverter<Phase>))]
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
