using System.Diagnostics;

namespace LlmMemProfiler.Device.Tests.Probes;

/// <summary>A driver library built from C by the machine's compiler, so that struct layouts are checked against C's.</summary>
internal sealed class FakeLibrary : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmmem-fake-").FullName;

    /// <param name="source">The library in C.</param>
    /// <param name="defines">What it has or lacks, such as NO_UUID_V2.</param>
    public FakeLibrary(string source, params string[] defines)
    {
        var compiler = Compiler();
        Assert.SkipWhen(compiler is null, "no cc or gcc on PATH to build a fake driver with");
        var file = Path.Combine(folder, "fake.c");
        File.WriteAllText(file, source);
        Run(compiler!, ["-shared", "-fPIC", "-Wall", "-Werror", .. defines.Select(d => "-D" + d), "-o", Library, file]);
    }

    public string Library => Path.Combine(folder, "libfake.so");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string? Compiler() =>
        (from name in (string[])["cc", "gcc"]
         from place in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
         select Path.Combine(place, name)).FirstOrDefault(File.Exists);

    private static void Run(string compiler, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(compiler, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }
}
