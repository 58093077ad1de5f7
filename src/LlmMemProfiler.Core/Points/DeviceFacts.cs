using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Points;

/// <summary>The device that was measured.</summary>
/// <param name="Kind">CPU, GPU or virtual GPU.</param>
/// <param name="Name">The processor's or the GPU's name.</param>
/// <param name="Uuid">The GPU's; null on CPU and on a virtual GPU.</param>
/// <param name="Total">Total memory of the device.</param>
/// <param name="Capability">CUDA compute capability, such as '9.0'; on CPU, libtorch's instruction set, such as 'AVX512'.</param>
/// <param name="Driver">NVIDIA driver version; null on CPU and on a virtual GPU.</param>
public sealed record DeviceFacts(
    DeviceKind Kind,
    string Name,
    string? Uuid,
    [property: JsonPropertyName("total_bytes")] ByteSize? Total,
    string? Capability,
    string? Driver);
