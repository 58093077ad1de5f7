using System.CommandLine;

namespace LlmMemProfiler.Cli.Options;

/// <summary>Options shared by several commands.</summary>
internal static class SharedOptions
{
    /// <summary>The option for a record field: '--new-tokens' for 'new_tokens'.</summary>
    public static string NameOf(string field) => "--" + field.Replace('_', '-');

    public static Option<string?> LibTorch() => new("--libtorch")
    {
        Description = "Folder of libtorch or PyTorch (or set LLMMEM_LIBTORCH) [default: bundled, else python3's]",
        HelpName = "DIR",
    };

    public static Option<string> Device() => new("--device")
    {
        Description = "auto (a GPU if there is one), cpu, cuda:N, a GPU's UUID, or a GPU that is not there: virtual:h100, virtual:rtx-4090:20GiB",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<bool> RandomWeights() => new("--random-weights")
    {
        Description = "Leave alone the weights in a model's folder, and run it with random ones of the same sizes",
    };

    public static Option<bool> AllowBusy() => new("--allow-busy")
    {
        Description = "Measure even if other processes use the GPU; the record will say so",
    };
}
