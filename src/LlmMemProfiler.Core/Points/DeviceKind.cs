using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Points;

/// <summary>What a point was measured on.</summary>
[JsonConverter(typeof(WordConverter<DeviceKind>))]
public enum DeviceKind
{
    Cpu,
    Cuda,
}
