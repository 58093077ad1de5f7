using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Verdicts;

/// <summary>Whether something fits into a memory, as far as it is known what it takes.</summary>
[JsonConverter(typeof(WordConverter<Verdict>))]
public enum Verdict
{
    /// <summary>The upper bound fits.</summary>
    Fits,

    /// <summary>The value fits; the upper bound does not, or is not known.</summary>
    Likely,

    /// <summary>The value does not fit; the lower bound does.</summary>
    Unlikely,

    /// <summary>Not even the lower bound fits.</summary>
    No,

    /// <summary>What is known fits; what the runtime takes besides is not known.</summary>
    Depends,
}
