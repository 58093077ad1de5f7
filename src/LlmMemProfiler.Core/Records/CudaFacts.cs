using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

/// <summary>GPU-only facts of a run.</summary>
public sealed record CudaFacts
{
    /// <summary>Multiprocessor count; kernels choose splits by it.</summary>
    public required int Multiprocessors { get; init; }

    /// <summary>CUDA version that libtorch was built for, such as '12.8'; null if unknown.</summary>
    public string? Runtime { get; init; }

    /// <summary>cuDNN version as one number, such as 91002; 0 if libtorch has none.</summary>
    public required int Cudnn { get; init; }

    /// <summary>'lazy' or 'eager', as reported by the driver; null if unknown.</summary>
    public string? ModuleLoading { get; init; }

    /// <summary>Fused attention backends that libtorch picks for these shapes, such as 'flash'; empty for unfused attention.</summary>
    public required IReadOnlyList<string> Attention { get; init; }

    /// <summary>Total memory by NVML; null without NVML.</summary>
    [JsonPropertyName("nvml_total_bytes")]
    public ByteSize? NvmlTotal { get; init; }

    /// <summary>Memory reserved by the driver; null if NVML doesn't report it.</summary>
    [JsonPropertyName("driver_reserve_bytes")]
    public ByteSize? DriverReserve { get; init; }

    /// <summary>Why NVML reports nothing, or what it refused, with its error; null if nothing, and in older records.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NvmlRefusal { get; init; }

    /// <summary>What the driver's total cannot tell, one per line.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Unknown =>
        Virtual is not null ? []
        : NvmlTotal is null ? [$"other processes on the GPU: {NvmlRefusal ?? "NVML is not available"}; the device total includes all processes"]
        : !Levels.Any(level => level.Process is not null) ? [$"memory of this process alone: {NvmlRefusal ?? "NVML does not report it here"}; the device total is the driver's, minus prior use"]
        : [];

    /// <summary>How a virtual GPU was made; null on a GPU.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VirtualFacts? Virtual { get; init; }

    /// <summary>Other users of the GPU, allowed by --allow-busy; null if none.</summary>
    public OtherUse? Others { get; init; }

    /// <summary>GPU levels at key points of the run, in order.</summary>
    public required IReadOnlyList<CudaLevel> Levels { get; init; }
}

/// <summary>How a virtual GPU was made, and what it did.</summary>
/// <param name="Gpu">Its name in the table of GPUs, with the number of such cards and their memory: '2xh100:80GiB'.</param>
/// <param name="Version">Version of the stand-in for CUDA.</param>
/// <param name="Context">Memory that its context took, because it was told to; nobody knows what a real one takes.</param>
/// <param name="UnwrittenReads">Reads of bytes that no kernel wrote, which gave zeros.</param>
/// <param name="Unwritten">Those bytes.</param>
public sealed record VirtualFacts(
    string Gpu,
    int Version,
    [property: JsonPropertyName("context_bytes")] ByteSize Context,
    long UnwrittenReads,
    [property: JsonPropertyName("unwritten_bytes")] ByteSize Unwritten)
{
    /// <summary>The call that was told to fail; null if none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VirtualFault? Fault { get; init; }
}

/// <summary>Other processes on the GPU before the run.</summary>
/// <param name="Processes">Count by NVML, which may be 0 inside a container.</param>
/// <param name="Used">Bytes in use; null if NVML doesn't report it.</param>
public sealed record OtherUse(int Processes, [property: JsonPropertyName("used_bytes")] ByteSize? Used);

/// <summary>GPU level at one point of a run.</summary>
/// <param name="At">
/// 'context' (bare), 'first_kernel', 'warm_up' (after it), 'prefill' and 'first_step' (after the first use of their shapes), 'end'.
/// </param>
/// <param name="Driver">In use by all processes, by cuMemGetInfo.</param>
/// <param name="Nvml">In use by all processes, by NVML; null if not reported.</param>
/// <param name="Process">In use by this process, by NVML; null if not reported.</param>
/// <param name="Reserved">Reserved by the caching allocator; null if allocations were not observed.</param>
public sealed record CudaLevel(
    string At,
    [property: JsonPropertyName("driver_bytes")] ByteSize? Driver,
    [property: JsonPropertyName("nvml_bytes")] ByteSize? Nvml,
    [property: JsonPropertyName("process_bytes")] ByteSize? Process,
    [property: JsonPropertyName("reserved_bytes")] ByteSize? Reserved);

/// <summary>An out-of-memory event as reported by the allocator.</summary>
/// <param name="At">Phase, step, layer and operation.</param>
/// <param name="Requested">Requested bytes; on CUDA, the segment requested from the driver.</param>
/// <param name="Allocated">Allocated at that moment.</param>
/// <param name="Reserved">Reserved by the caching allocator at that moment; 0 on CPU.</param>
/// <param name="Device">Device level by the OS or driver after the run ended; null if unknown.</param>
public sealed record OutOfMemoryFacts(
    string At,
    [property: JsonPropertyName("asked_bytes")] ByteSize Requested,
    [property: JsonPropertyName("allocated_bytes")] ByteSize Allocated,
    [property: JsonPropertyName("reserved_bytes")] ByteSize Reserved,
    [property: JsonPropertyName("device_bytes")] ByteSize? Device);
