namespace LlmMemProfiler.Core.Allocation.Caching;

/// <summary>The CUDA caching allocator's options as libtorch reads them: a refused one would end the process without a word.</summary>
/// <remarks>
/// c10, <c>core/AllocatorConfig.cpp</c> and <c>cuda/CUDAAllocatorConfig.cpp</c>. For libtorch 2.10.0 each form, and the order of the
/// variables, was tried on a virtual GPU, that is, on a stand-in for CUDA's runtime; what other releases do is read in their source.
/// Up to 2.9 only CUDA's variable counts, as issue 183387 of PyTorch reports. HIP's has no say in the options that are CUDA's own:
/// where it counts, those are read from the general one.
/// </remarks>
public static class AllocatorOptions
{
    private const string Cuda = "PYTORCH_CUDA_ALLOC_CONF", Hip = "PYTORCH_HIP_ALLOC_CONF", General = "PYTORCH_ALLOC_CONF";

    private static readonly Version SharedSince = new(2, 10);

    /// <summary>The first variable that is set, even if empty, and its text; an empty text without one. Releases read fewer of them.</summary>
    /// <param name="variable">Looks up a variable; null if not set.</param>
    public static (string Variable, string Text) Find(Func<string, string?> variable) => Find(variable, [Cuda, Hip, General]);

    /// <summary>The options in their order.</summary>
    /// <param name="variable">Looks up a variable; null if not set.</param>
    /// <param name="release">libtorch's major and minor version.</param>
    /// <exception cref="InputException">libtorch would refuse an option.</exception>
    public static IReadOnlyList<(string Key, string Value)> Read(Func<string, string?> variable, Version release)
    {
        var (name, text) = release < SharedSince ? Find(variable, [Cuda]) : Find(variable);
        var options = new OptionText(name, release).Read(text, name == Hip ? OptionOwner.Common : null);
        return name == Hip
            ? [.. options, .. new OptionText(General, release).Read(variable(General) ?? "", OptionOwner.Cuda)]
            : options;
    }

    private static (string Variable, string Text) Find(Func<string, string?> variable, string[] names)
    {
        var name = Array.Find(names, n => variable(n) is not null) ?? Cuda;
        return (name, variable(name) ?? "");
    }
}
