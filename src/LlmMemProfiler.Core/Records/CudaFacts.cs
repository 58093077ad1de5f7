using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>What a run on a GPU says beside what every run says.</summary>
public sealed record CudaFacts
{
    /// <summary>Kernels choose splits by their number.</summary>
    public required int Multiprocessors { get; init; }

    /// <summary>The CUDA that libtorch was built for, such as '12.8'; null where it does not say.</summary>
    public string? Runtime { get; init; }

    /// <summary>cuDNN's version as one number, such as 91002; 0 where libtorch has none.</summary>
    public required int Cudnn { get; init; }

    /// <summary>'lazy' or 'eager', as the driver says; null where it does not.</summary>
    public string? ModuleLoading { get; init; }

    /// <summary>What computes fused attention by libtorch's order for these shapes, such as 'flash'; empty for plain attention.</summary>
    public required IReadOnlyList<string> Attention { get; init; }

    /// <summary>All memory as NVML counts it; null without NVML.</summary>
    [JsonPropertyName("nvml_total_bytes")]
    public ByteSize? NvmlTotal { get; init; }

    /// <summary>What the driver keeps for itself; null where NVML does not tell.</summary>
    [JsonPropertyName("driver_reserve_bytes")]
    public ByteSize? DriverReserve { get; init; }

    /// <summary>What the driver's total leaves open, a line each.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Unknown =>
        NvmlTotal is null ? ["whether others use the GPU: there is no NVML here; the device total counts all processes"]
        : !Levels.Any(level => level.Process is not null) ? ["this process alone: NVML does not tell it from others here; the device total is the driver's, less what was in use before"]
        : [];

    /// <summary>Who else was on the GPU, as --allow-busy permits; null where it was alone.</summary>
    public OtherUse? Others { get; init; }

    /// <summary>The GPU's levels at the run's turning points, in their order.</summary>
    public required IReadOnlyList<CudaLevel> Levels { get; init; }
}

/// <summary>Processes of others on the GPU before the run began.</summary>
/// <param name="Processes">Those that NVML shows; inside a container it may show none.</param>
/// <param name="Used">Bytes that were in use; null where NVML does not tell.</param>
public sealed record OtherUse(int Processes, [property: JsonPropertyName("used_bytes")] ByteSize? Used);

/// <summary>A GPU's level at one moment of a run.</summary>
/// <param name="At">
/// 'context' (bare), 'first_kernel', 'warm_up' (after it), 'prefill' and 'first_step' (both after the first use of their shapes), 'end'.
/// </param>
/// <param name="Driver">In use by cuMemGetInfo, all processes together.</param>
/// <param name="Nvml">In use by NVML, all processes together; null where it does not tell.</param>
/// <param name="Process">This process alone, by NVML; null where it does not tell processes apart.</param>
/// <param name="Reserved">Segments of the caching allocator by then; null where nothing saw allocations.</param>
public sealed record CudaLevel(
    string At,
    [property: JsonPropertyName("driver_bytes")] ByteSize? Driver,
    [property: JsonPropertyName("nvml_bytes")] ByteSize? Nvml,
    [property: JsonPropertyName("process_bytes")] ByteSize? Process,
    [property: JsonPropertyName("reserved_bytes")] ByteSize? Reserved);

/// <summary>The moment at which an allocator could not serve a request, as it reported it itself.</summary>
/// <param name="At">Phase, step, layer and operation.</param>
/// <param name="Requested">The request; on CUDA the segment that was asked of the driver.</param>
/// <param name="Allocated">Live then.</param>
/// <param name="Reserved">Held by the caching allocator then; 0 on a CPU.</param>
/// <param name="Device">What the system or the driver counted when the run had ended by it; null where it did not say.</param>
public sealed record OutOfMemoryFacts(
    string At,
    [property: JsonPropertyName("asked_bytes")] ByteSize Requested,
    [property: JsonPropertyName("allocated_bytes")] ByteSize Allocated,
    [property: JsonPropertyName("reserved_bytes")] ByteSize Reserved,
    [property: JsonPropertyName("device_bytes")] ByteSize? Device);
