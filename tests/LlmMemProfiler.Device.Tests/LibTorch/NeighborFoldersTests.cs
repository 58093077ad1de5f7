using System.Runtime.InteropServices;
using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Device.Tests.LibTorch;

public sealed class NeighborFoldersTests : IDisposable
{
    private readonly string site = Directory.CreateTempSubdirectory("llmmem-test-").FullName;
    private readonly string name = Guid.NewGuid().ToString("N")[..8];

    [Fact]
    public void A_library_loads_once_what_it_needs_from_neighbours_is_in_each_after_its_own_needs()
    {
        var lib = Folder("torch/lib");
        // Names of their own, since a library that is loaded already is found by its name.
        var (runtime, solver, torch) = ($"libruntime{name}.so.13", $"libsolver{name}.so.12", "libtorch_cpu.so");
        Build(Folder("nvidia/cu13/lib"), runtime, "int runtime(void) { return 40; }");
        Build(Folder("nvidia/solver/lib"), solver, "int runtime(void); int solver(void) { return runtime() + 1; }", Folder("nvidia/cu13/lib"), runtime);
        Build(lib, torch, "int solver(void); int answer(void) { return solver() + 1; }", Folder("nvidia/solver/lib"), solver);
        var file = Path.Combine(lib, torch);
        Assert.False(NativeLibrary.TryLoad(file, out _));

        var folders = NeighborFolders.Of(lib);
        Assert.Equal([Folder("nvidia/cu13/lib"), Folder("nvidia/solver/lib")], folders);
        Assert.Equal(2, NeighborFolders.LoadDependencies(file, folders));
        var answer = Marshal.GetDelegateForFunctionPointer<Answer>(NativeLibrary.GetExport(NativeLibrary.Load(file), "answer"));
        Assert.Equal(42, answer());
    }

    [Fact]
    public void Neighbours_are_also_looked_for_where_a_link_leads()
    {
        var lib = Folder("torch/lib");
        var neighbour = Folder("nvidia/cu13/lib");
        File.WriteAllText(Path.Combine(lib, "libtorch_cpu.so"), "");
        var elsewhere = Folder("other/place/lib");
        File.CreateSymbolicLink(Path.Combine(elsewhere, "libtorch_cpu.so"), Path.Combine(lib, "libtorch_cpu.so"));
        Assert.Equal([neighbour], NeighborFolders.Of(elsewhere));
    }

    public void Dispose() => Directory.Delete(site, recursive: true);

    private string Folder(string path) => Directory.CreateDirectory(Path.Combine(site, path)).FullName;

    private static void Build(string folder, string file, string source, params string[] needs) =>
        Compiler.Build(
            Path.Combine(folder, file), source,
            [$"-Wl,-soname,{file}", .. needs is [var place, var need] ? (string[])[$"-L{place}", $"-l:{need}", "-Wl,--allow-shlib-undefined"] : []]);

    private delegate int Answer();
}
