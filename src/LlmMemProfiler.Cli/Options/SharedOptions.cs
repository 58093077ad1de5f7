using System.CommandLine;

namespace LlmMemProfiler.Cli.Options;

/// <summary>Options that several commands take.</summary>
internal static class SharedOptions
{
    /// <summary>The option for a record's field: '--new-tokens' for 'new_tokens'.</summary>
    public static string NameOf(string field) => "--" + field.Replace('_', '-');

    public static Option<string?> LibTorch() => new("--libtorch")
    {
        Description = "Folder of a libtorch or a PyTorch (or set LLMMEM_LIBTORCH); by default the one that came with the program, else that of python3",
        HelpName = "DIR",
    };

    public static Option<string> Device() => new("--device")
    {
        Description = "auto (a GPU if there is one), cpu, cuda:N, or a GPU's UUID",
        HelpName = "DEVICE",
        DefaultValueFactory = _ => "auto",
    };

    public static Option<bool> AllowBusy() => new("--allow-busy")
    {
        Description = "Also measure on a GPU that other processes use; the record then says so",
    };
}
