namespace LlmMemProfiler.Core.Records;

/// <summary>Machine and software of a measurement.</summary>
/// <param name="Os">OS name and version.</param>
/// <param name="Processor">CPU model name.</param>
/// <param name="Cores">Logical processors available to this process.</param>
/// <param name="Threads">libtorch's compute threads.</param>
/// <param name="Runtime">.NET version.</param>
/// <param name="Program">This program's version.</param>
/// <param name="TorchSharp">Wrapper version.</param>
/// <param name="Libtorch">The libtorch actually loaded: version if known, else its source.</param>
/// <param name="Environment">Environment variables set that affect allocation or kernels.</param>
public sealed record HostFacts(
    string Os,
    string Processor,
    int Cores,
    int Threads,
    string Runtime,
    string Program,
    string TorchSharp,
    string Libtorch,
    IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>libtorch version the wrapper was built for; null if unknown and in older records.</summary>
    public string? TorchSharpBuiltFor { get; init; }

    /// <summary>The processor's vendor, family, model and stepping, since a name such as 'AMD EPYC' has several; null in older records.</summary>
    public string? ProcessorId { get; init; }

    /// <summary>The instruction sets that libtorch's libraries choose kernels by, ordered by name; null in older records.</summary>
    public string? InstructionSets { get; init; }

    /// <summary>The C library, whose allocator serves tensors on a CPU, and its version; null if unknown and in older records.</summary>
    public string? CLibrary { get; init; }
}
