namespace LlmMemProfiler.Device.Tests.Probes;

/// <summary>A driver library built from C by the machine's compiler, so that struct layouts are checked against C's.</summary>
internal sealed class FakeLibrary : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmmem-fake-").FullName;

    /// <param name="source">The library in C.</param>
    /// <param name="defines">What it has or lacks, such as NO_UUID_V2.</param>
    public FakeLibrary(string source, params string[] defines) =>
        Compiler.Build(Library, source, defines.Select(d => "-D" + d));

    public string Library => Path.Combine(folder, "libfake.so");

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
