using System.CommandLine;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Units;
using LlmMemProfiler.Device;

namespace LlmMemProfiler.Cli.Options;

/// <summary>What a context takes of a virtual GPU's memory: of a real one only a measurement tells.</summary>
internal sealed class VirtualContextOption
{
    private const string Name = "--virtual-context";

    public Option<string?> Option { get; } = new(Name)
    {
        Description = "Memory that the context takes of a virtual GPU, such as 500MiB [default: none]",
        HelpName = "SIZE",
    };

    /// <exception cref="InputException">It is no size, more than the GPU has, or of another device.</exception>
    public ByteSize Read(ParseResult parsed, DeviceChoice device)
    {
        if (parsed.GetValue(Option) is not { } text)
            return ByteSize.Zero;
        if (device.Virtual is not { } gpus)
            throw new InputException($"{Name} {text}: {device} is no virtual GPU; leave it out, or pass --device virtual:h100");
        return SizeText.Read(text) is { Bytes: >= 0 } size && size < gpus.Total
            ? size
            : throw new InputException($"bad {Name} '{text}'; must be a size below the GPU's {gpus.Total}, such as 500MiB");
    }
}
