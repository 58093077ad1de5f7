using System.Runtime.InteropServices;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.LibTorch.Elf;

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

    [Fact]
    public void What_the_loader_will_not_find_is_named_before_anything_is_loaded()
    {
        var lib = Folder("torch/lib");
        var (runtime, solver) = ($"libruntime{name}.so.13", $"libsolver{name}.so.12");
        Build(Folder("nvidia/cu13/lib"), runtime, "int runtime(void) { return 40; }");
        Build(Folder("nvidia/solver/lib"), solver, "int runtime(void); int solver(void) { return runtime() + 1; }", Folder("nvidia/cu13/lib"), runtime);
        Build(lib, "libtorch_cpu.so", "int solver(void); int answer(void) { return solver() + 1; }", Folder("nvidia/solver/lib"), solver);
        Assert.Empty(MissingLibraries.Of(lib, "libtorch_cpu.so"));

        // One that a found one needs, from another folder.
        File.Move(Path.Combine(site, "nvidia/cu13/lib", runtime), Path.Combine(site, runtime));
        Assert.Equal([runtime], MissingLibraries.Of(lib, "libtorch_cpu.so"));
        File.Delete(Path.Combine(site, "nvidia/solver/lib", solver));
        Assert.Equal([solver], MissingLibraries.Of(lib, "libtorch_cpu.so"));
        Assert.DoesNotContain(name, File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_can_be_made_to_need_another_one_instead()
    {
        var (gone, there, user) = ($"libgone{name}.so", $"libthere{name}.so", $"libuser{name}.so");
        foreach (var file in (string[])[gone, there])
            Build(site, file, $"int {file[3..7]}(void) {{ return 7; }}");
        Compiler.Build(
            Path.Combine(site, user), "int user(void) { return 42; }",
            $"-Wl,-soname,{user}", "-Wl,--no-as-needed", $"-L{site}", $"-l:{gone}", $"-l:{there}", $"-Wl,-rpath,{site}");
        File.Delete(Path.Combine(site, gone));
        var path = Path.Combine(site, user);
        Assert.False(NativeLibrary.TryLoad(path, out _));

        byte[] bytes;
        using (var elf = ElfLibrary.Open(path))
        {
            bytes = File.ReadAllBytes(path);
            elf.Redirect(bytes, gone, there);
        }
        var patched = Path.Combine(site, "patched.so");
        File.WriteAllBytes(patched, bytes);
        var answer = Marshal.GetDelegateForFunctionPointer<Answer>(NativeLibrary.GetExport(NativeLibrary.Load(patched), "user"));
        Assert.Equal(42, answer());
    }

    public void Dispose() => Directory.Delete(site, recursive: true);

    private string Folder(string path) => Directory.CreateDirectory(Path.Combine(site, path)).FullName;

    private static void Build(string folder, string file, string source, params string[] needs) =>
        Compiler.Build(
            Path.Combine(folder, file), source,
            [$"-Wl,-soname,{file}", .. needs is [var place, var need] ? (string[])[$"-L{place}", $"-l:{need}", "-Wl,--allow-shlib-undefined"] : []]);

    private delegate int Answer();
}
