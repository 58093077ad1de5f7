using System.Diagnostics;
using CliWrap;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>The scripts that a user runs beside the program.</summary>
internal static class Scripts
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "scripts");

    /// <summary>Skips the test where the machine lacks what a script is run by.</summary>
    public static void Require(params string[] programs)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        foreach (var program in programs)
            Assert.SkipUnless(path.Any(p => File.Exists(Path.Combine(p, program))), $"no {program} on PATH");
    }

    public static async Task<Ended> Run(string program, params string[] arguments)
    {
        var command = CliWrap.Cli.Wrap(program)
            .WithArguments(arguments)
            .WithWorkingDirectory(Repository.Root)
            .WithEnvironmentVariables(e => e.Set("LLMMEM", Llmmem.Executable).Set("LLMMEM_LIBTORCH", null).Set("PYTHONDONTWRITEBYTECODE", "1"));
        return await Llmmem.Run(command.WithValidation(CommandResultValidation.None));
    }

    /// <summary>Starts a script in a session of its own, so that it and all that it starts can be killed together.</summary>
    public static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("setsid", [program, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["LLMMEM"] = Llmmem.Executable;
        return Process.Start(start)!;
    }
}
