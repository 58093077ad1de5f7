using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Points;

/// <summary>What a point was measured on.</summary>
[JsonConverter(typeof(WordConverter<DeviceKind>))]
public enum DeviceKind
{
    Cpu,
    Cuda,

    /// <summary>A GPU that is not there: libtorch's own code ran on a stand-in for CUDA. Allocations are real, and nothing else is.</summary>
    Virtual,
}

public static class DeviceKinds
{
    /// <summary>True where libtorch's code for CUDA ran, with its caching allocator.</summary>
    public static bool IsGpu(this DeviceKind kind) => kind is DeviceKind.Cuda or DeviceKind.Virtual;

    /// <summary>The word for what was found there, in tables and pictures: nothing that a virtual GPU tells is called measured.</summary>
    public static string Observed(this DeviceKind kind) => kind == DeviceKind.Virtual ? kind.Name() : "measured";
}
