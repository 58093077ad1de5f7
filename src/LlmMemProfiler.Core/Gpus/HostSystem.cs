using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Gpus;

/// <summary>The system whose driver shows a card's total: Windows's keeps back less than Linux's.</summary>
[JsonConverter(typeof(WordConverter<HostSystem>))]
public enum HostSystem
{
    Linux,

    /// <summary>Windows, and WSL2, which uses Windows's driver.</summary>
    Windows,
}
