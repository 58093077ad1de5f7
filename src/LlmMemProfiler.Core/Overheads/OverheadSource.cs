using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Overheads;

/// <summary>Where the overhead in a prediction comes from.</summary>
[JsonConverter(typeof(WordConverter<OverheadSource>))]
public enum OverheadSource
{
    /// <summary>A hardware profile, fitted to measurements.</summary>
    Profile,

    /// <summary>What others measured of such a card.</summary>
    Atlas,

    /// <summary>There is none, on request.</summary>
    None,
}
