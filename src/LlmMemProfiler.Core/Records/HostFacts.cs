namespace LlmMemProfiler.Core.Records;

/// <summary>The machine and the software around the measurement.</summary>
/// <param name="Os">Name and version of the system.</param>
/// <param name="Processor">Its model name.</param>
/// <param name="Cores">Logical processors that this process may use.</param>
/// <param name="Threads">Threads that libtorch computes with.</param>
/// <param name="Runtime">.NET's version.</param>
/// <param name="Program">This program's version.</param>
/// <param name="TorchSharp">The wrapper's version.</param>
/// <param name="Libtorch">What was really loaded: version if known, else where it came from.</param>
/// <param name="Environment">Variables that change allocation or kernels, as far as they are set.</param>
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
    /// <summary>The libtorch that the wrapper was built for; null where it does not say, and in older records.</summary>
    public string? TorchSharpBuiltFor { get; init; }
}
