using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

[JsonConverter(typeof(WordConverter<FindingState>))]
public enum FindingState
{
    Good,

    /// <summary>Missing, but not needed for CPU runs; or not to be known on a virtual GPU.</summary>
    Absent,

    /// <summary>Required but missing, or not working.</summary>
    Failed,
}

/// <summary>Result of one check.</summary>
/// <param name="What">Its name.</param>
/// <param name="State">Whether it is present and works.</param>
/// <param name="Found">What was found, or why it failed and how to fix it.</param>
public sealed record Finding(string What, FindingState State, string Found);

/// <summary>The libtorch that was found, and how well the wrapper matches it.</summary>
/// <param name="Version">Version loaded; null if unknown.</param>
/// <param name="Source">'--libtorch', 'LLMMEM_LIBTORCH', 'package' or 'python3'.</param>
/// <param name="Path">Its folder.</param>
/// <param name="Cuda">CUDA version it was built with; null on CPU.</param>
/// <param name="TorchSharp">Wrapper version.</param>
/// <param name="BuiltFor">libtorch version the wrapper was built for; null if unknown.</param>
/// <param name="SymbolsNeeded">Number of symbols the wrapper needs.</param>
/// <param name="SymbolsMissing">Missing ones, none of which this program uses.</param>
public sealed record LibTorchFacts(
    string? Version, string Source, string Path, string? Cuda, string TorchSharp, string? BuiltFor, int SymbolsNeeded, IReadOnlyList<string> SymbolsMissing);

/// <summary>A GPU as reported by driver and NVML.</summary>
/// <param name="Device">As for <c>--device</c>: 'cuda:0'.</param>
/// <param name="Name">Such as 'NVIDIA H100 80GB HBM3'.</param>
/// <param name="Uuid">'GPU-…'.</param>
/// <param name="Capability">Compute capability.</param>
/// <param name="Total">Total memory, by the driver.</param>
/// <param name="NvmlTotal">Total memory, by NVML; this and the following are null without NVML.</param>
/// <param name="NvmlReserved">Reserved by the driver.</param>
/// <param name="NvmlUsed">In use by all processes.</param>
public sealed record GpuFacts(
    string Device,
    string Name,
    string Uuid,
    string Capability,
    [property: JsonPropertyName("total_bytes")] ByteSize Total,
    [property: JsonPropertyName("nvml_total_bytes")] ByteSize? NvmlTotal,
    [property: JsonPropertyName("nvml_reserved_bytes")] ByteSize? NvmlReserved,
    [property: JsonPropertyName("nvml_used_bytes")] ByteSize? NvmlUsed);

/// <summary>Output of <c>llmmem doctor --json</c>: what this machine can measure.</summary>
/// <param name="Schema">Schema version.</param>
/// <param name="CanRun">True if libtorch is present and no check failed: every device found can be measured.</param>
/// <param name="Findings">The checks, in order.</param>
public sealed record DoctorRecord(int Schema, bool CanRun, IReadOnlyList<Finding> Findings)
{
    public const int CurrentSchema = 1;

    /// <summary>Null if none can be loaded.</summary>
    public LibTorchFacts? Libtorch { get; init; }

    /// <summary>NVIDIA driver version; null if missing or unknown.</summary>
    public string? Driver { get; init; }

    /// <summary>Latest CUDA version the driver supports.</summary>
    public string? DriverCuda { get; init; }

    /// <summary>The visible GPUs.</summary>
    public IReadOnlyList<GpuFacts> Gpus { get; init; } = [];

    /// <summary>CUDA's functions that libtorch may call and that are not built into a virtual GPU; left out if none was examined.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? NotBuilt { get; init; }
}
