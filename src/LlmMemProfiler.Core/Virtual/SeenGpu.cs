using System.Globalization;
using LlmMemProfiler.Core.Gpus;

namespace LlmMemProfiler.Core.Virtual;

/// <summary>A real GPU whose runs were laid beside their predictions; its records are a folder of <c>profiles/hardware</c>.</summary>
/// <param name="Name">As its driver calls it.</param>
/// <param name="Capability">Its compute capability.</param>
/// <param name="LibTorch">The version of libtorch.</param>
/// <param name="Points">Measured points that ended.</param>
/// <param name="Equal">Those of which every event and each peak comes out.</param>
public sealed record SeenGpu(string Name, ComputeCapability Capability, string LibTorch, int Points, int Equal)
{
    /// <summary>
    /// All of them. Of the H100's 158 points one has events that its record calls different: by the addresses of that day, which its own
    /// differences have mended since (cuda-h100-80gb).
    /// </summary>
    public static IReadOnlyList<SeenGpu> All { get; } = [new("NVIDIA H100 80GB HBM3", new(9, 0), "2.11.0", 158, 158)];

    /// <summary>For example 'all 158', or '157 of 158'.</summary>
    public string Count => Equal == Points
        ? string.Create(CultureInfo.InvariantCulture, $"all {Points:N0}")
        : string.Create(CultureInfo.InvariantCulture, $"{Equal:N0} of {Points:N0}");
}
