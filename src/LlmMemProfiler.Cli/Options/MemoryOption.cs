using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Core.Units;

namespace LlmMemProfiler.Cli.Options;

/// <summary>--memory: how much memory there is to fit into.</summary>
internal static class MemoryOption
{
    public const string Name = "--memory";

    private const string FreeWord = "free";

    /// <summary>No device has less.</summary>
    private const long Least = ByteSize.MiB;

    public static Option<AskedMemory?> Create() => new(Name)
    {
        Description =
            "Memory to fit into, such as 24GiB, instead of the target's; free is what is free now on the target, which must be in this machine. " +
            "Without --target, for the GPU that is here, else as on a100-80",
        HelpName = "SIZE|free",
        CustomParser = Read,
    };

    private static AskedMemory? Read(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.Equals(FreeWord, StringComparison.OrdinalIgnoreCase))
            return new(null);
        // A bare number is bytes.
        if ((SizeText.Read(text) ?? SizeText.Read($"{text}B")) is { Bytes: >= Least and <= StrictJson.MaxBytes } size)
            return new(size);
        result.AddError(decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var bytes) && bytes is > 0 and < Least
            ? $"bad {Name} '{text}'; that is {text} bytes: did you mean {text}GiB?"
            : $"bad {Name} '{text}'; must be a size of at least 1MiB, such as 24GiB, or {FreeWord}");
        return null;
    }
}

/// <summary>Memory that a command line asks about.</summary>
/// <param name="Size">How much; null for what is free.</param>
internal sealed record AskedMemory(ByteSize? Size);
