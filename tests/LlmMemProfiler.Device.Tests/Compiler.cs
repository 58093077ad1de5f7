using System.Diagnostics;

namespace LlmMemProfiler.Device.Tests;

/// <summary>The machine's C compiler; tests that need it are skipped where there is none.</summary>
internal static class Compiler
{
    /// <summary>Builds a shared library.</summary>
    /// <param name="library">The file to write.</param>
    /// <param name="source">In C.</param>
    /// <param name="arguments">Further ones, such as '-DNAME' or '-lother'.</param>
    public static void Build(string library, string source, params IEnumerable<string> arguments)
    {
        var compiler = Find();
        Assert.SkipWhen(compiler is null, "no cc or gcc on PATH to build a library with");
        var file = Path.ChangeExtension(library, ".c");
        File.WriteAllText(file, source);
        using var process = Process.Start(new ProcessStartInfo(compiler!, ["-shared", "-fPIC", "-Wall", "-Werror", "-o", library, file, .. arguments])
        {
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }

    private static string? Find() =>
        (from name in (string[])["cc", "gcc"]
         from place in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
         select Path.Combine(place, name)).FirstOrDefault(File.Exists);
}
