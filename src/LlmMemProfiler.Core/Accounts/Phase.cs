using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Accounts;

/// <summary>The phases of a run.</summary>
[JsonConverter(typeof(WordConverter<Phase>))]
public enum Phase
{
    /// <summary>Runtime and device initialization.</summary>
    Init,

    /// <summary>Creation of weights, cache and token buffers.</summary>
    Load,

    /// <summary>Prompt processing.</summary>
    Prefill,

    /// <summary>One token per step.</summary>
    Decode,
}
