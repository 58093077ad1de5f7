using System.Text.Json.Serialization;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Core.Records;

[JsonConverter(typeof(WordConverter<FindingState>))]
public enum FindingState
{
    Good,

    /// <summary>Not there, and not needed for a run on the CPU.</summary>
    Absent,

    /// <summary>Needed, or there and not working.</summary>
    Failed,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="What">Its name.</param>
/// <param name="State">Whether it is there and works.</param>
/// <param name="Found">What was found, or why not and what would help.</param>
public sealed record Finding(string What, FindingState State, string Found);

/// <summary>The libtorch that was found, and whether the wrapper fits it.</summary>
/// <param name="Version">What was loaded; null where it does not say.</param>
/// <param name="Source">'--libtorch', 'LLMMEM_LIBTORCH', 'package' or 'python3'.</param>
/// <param name="Path">Its folder.</param>
/// <param name="Cuda">The CUDA that it was built with; null on CPU.</param>
/// <param name="TorchSharp">The wrapper's version.</param>
/// <param name="BuiltFor">The libtorch that the wrapper was built for; null where it does not say.</param>
/// <param name="SymbolsNeeded">How many symbols the wrapper needs.</param>
/// <param name="SymbolsMissing">Names of those that are not there; none of them is used by this program.</param>
public sealed record LibTorchFacts(
    string? Version, string Source, string Path, string? Cuda, string TorchSharp, string? BuiltFor, int SymbolsNeeded, IReadOnlyList<string> SymbolsMissing);

/// <summary>A GPU as driver and NVML describe it.</summary>
/// <param name="Device">As <c>--device</c> takes it: 'cuda:0'.</param>
/// <param name="Name">Such as 'NVIDIA H100 80GB HBM3'.</param>
/// <param name="Uuid">'GPU-…'.</param>
/// <param name="Capability">Compute capability.</param>
/// <param name="Total">All memory, by the driver.</param>
/// <param name="NvmlTotal">All memory, by NVML; null where there is no NVML, as below.</param>
/// <param name="NvmlReserved">What the driver keeps for itself.</param>
/// <param name="NvmlUsed">What is used now, by all processes.</param>
public sealed record GpuFacts(
    string Device,
    string Name,
    string Uuid,
    string Capability,
    [property: JsonPropertyName("total_bytes")] ByteSize Total,
    [property: JsonPropertyName("nvml_total_bytes")] ByteSize? NvmlTotal,
    [property: JsonPropertyName("nvml_reserved_bytes")] ByteSize? NvmlReserved,
    [property: JsonPropertyName("nvml_used_bytes")] ByteSize? NvmlUsed);

/// <summary>What a machine offers for measuring: what <c>llmmem doctor --json</c> prints.</summary>
/// <param name="Schema">Version of this record.</param>
/// <param name="CanRun">True where a libtorch is there and nothing that was looked at fails: every device it found can be measured on.</param>
/// <param name="Findings">What was looked at, in order.</param>
public sealed record DoctorRecord(int Schema, bool CanRun, IReadOnlyList<Finding> Findings)
{
    public const int CurrentSchema = 1;

    /// <summary>Null where none can be loaded.</summary>
    public LibTorchFacts? Libtorch { get; init; }

    /// <summary>Version of the NVIDIA driver; null where there is none, or it does not say.</summary>
    public string? Driver { get; init; }

    /// <summary>The newest CUDA that the driver supports.</summary>
    public string? DriverCuda { get; init; }

    /// <summary>The visible GPUs.</summary>
    public IReadOnlyList<GpuFacts> Gpus { get; init; } = [];
}
