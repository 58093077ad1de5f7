using System.Diagnostics;
using System.Runtime.InteropServices;
using LlmMemProfiler.Device.LibTorch;
using LlmMemProfiler.Device.LibTorch.Elf;

namespace LlmMemProfiler.Device.Tests.LibTorch.Elf;

public sealed class ElfLibraryTests(TorchFixture fixture) : IDisposable
{
    private const string TooNew = "GLIBCXX_3.4.32";

    private readonly string folder = Directory.CreateTempSubdirectory("llmmem-test-").FullName;

    [Fact]
    public void The_wrapper_tells_what_it_needs_and_what_it_was_built_for()
    {
        using var wrapper = ElfLibrary.Open(PrivateWrapper.Original);
        Assert.Superset(new HashSet<string> { "libtorch.so", "libtorch_cpu.so", "libc10.so", "libstdc++.so.6" }, wrapper.Needed.ToHashSet());
        Assert.Contains("libtorch-shared-with-deps-2.10.0", wrapper.RunPath, StringComparison.Ordinal);
        var imports = wrapper.Imports();
        Assert.Equal(imports.Count, imports.DistinctBy(i => i.Name).Count());
        Assert.Contains(imports, i => i is { AtLoad: false, Name: "_ZN5torch4cuda12is_availableEv" });
        Assert.Contains(imports, i => i is { AtLoad: true, Name: "_ZTVN10__cxxabiv120__si_class_type_infoE" });
        // No relocation asks for it; it is why the wrapper's version needs are weakened.
        Assert.DoesNotContain(imports, i => i.Name == "_ZSt21ios_base_library_initv");
    }

    [Fact]
    public void An_export_is_found_exactly_where_the_dynamic_loader_finds_it()
    {
        var file = Path.Combine(fixture.Library.Folder.Path, "libc10.so");
        var handle = NativeLibrary.Load(file);
        using var library = ElfLibrary.Open(file);
        using var wrapper = ElfLibrary.Open(PrivateWrapper.Original);
        var own = 0;
        foreach (var name in wrapper.Imports().Select(i => i.Name).Where(n => n.Contains("c10", StringComparison.Ordinal)))
        {
            var exported = library.Exports(System.Text.Encoding.ASCII.GetBytes(name));
            // The loader also looks into what the library needs, so only one direction is certain.
            Assert.True(!exported || NativeLibrary.TryGetExport(handle, name, out _), name);
            own += exported ? 1 : 0;
        }
        Assert.InRange(own, 20, 1000);
        Assert.False(library.Exports("no_such_function"u8));
        Assert.False(library.Exports(""u8));
    }

    [Fact]
    public void A_small_library_is_read_whole()
    {
        var file = Path.Combine(folder, "libsmall.so");
        Compiler.Build(file, """
            extern int data_elsewhere; extern int function_elsewhere(void); extern int maybe(void) __attribute__((weak));
            int *pointer = &data_elsewhere;
            static int hidden(void) { return 7; }
            int shown(void) { return hidden() + function_elsewhere() + (maybe ? maybe() : 0); }
            """, "-Wl,-z,lazy", "-lm", "-Wl,--no-as-needed");
        using var library = ElfLibrary.Open(file);
        Assert.True(library.Exports("shown"u8));
        Assert.True(library.Exports("pointer"u8));
        Assert.False(library.Exports("hidden"u8));
        Assert.False(library.Exports("function_elsewhere"u8));
        Assert.Equal(
            [new("data_elsewhere", AtLoad: true), new("function_elsewhere", AtLoad: false)],
            library.Imports().Where(i => i.Name.EndsWith("elsewhere", StringComparison.Ordinal)).OrderBy(i => i.Name, StringComparer.Ordinal));
        Assert.DoesNotContain(library.Imports(), i => i.Name == "maybe");
    }

    [Fact]
    public void What_it_takes_from_others_is_told_with_the_version_and_whose_it_is()
    {
        var (other, file) = (Path.Combine(folder, "libother.so"), Path.Combine(folder, "libtaker.so"));
        File.WriteAllText(Path.Combine(folder, "other.map"), "OTHER_1 { global: versioned; }; OTHER_2 { global: newer; } OTHER_1;");
        Compiler.Build(other, "int versioned(void) { return 1; } int newer(void) { return 2; }", $"-Wl,--version-script={Path.Combine(folder, "other.map")}", "-Wl,-soname,libother.so.3");
        Compiler.Build(file, "int versioned(void); int newer(void); int any(void); int own(void) { return versioned() + newer() + any(); }", other);
        using var library = ElfLibrary.Open(file);
        Assert.Equal(
            [new("any", null, null), new("newer", "OTHER_2", "libother.so.3"), new("versioned", "OTHER_1", "libother.so.3")],
            library.VersionedImports().Where(i => i.Name is "any" or "newer" or "versioned" or "own").OrderBy(i => i.Name, StringComparer.Ordinal));
    }

    [Fact]
    public void A_link_is_read_as_what_it_leads_to()
    {
        var link = Path.Combine(folder, "link.so");
        File.CreateSymbolicLink(link, PrivateWrapper.Original);
        using var library = ElfLibrary.Open(link);
        Assert.NotEmpty(library.Imports());
    }

    [Theory]
    [InlineData("")]
    [InlineData("no library at all, but longer than the sixty-four bytes of an ELF file's header")]
    [InlineData("\u007fELF\u0002\u0001")]
    public void What_is_no_library_is_refused(string text)
    {
        var file = Path.Combine(folder, "text.so");
        File.WriteAllText(file, text);
        Assert.Throws<InvalidDataException>(() => ElfLibrary.Open(file));
    }

    [Fact]
    public void The_too_new_version_is_marked_weak_and_nothing_else_changes()
    {
        var original = File.ReadAllBytes(PrivateWrapper.Original);
        var marked = Marked(original, TooNew);
        Assert.Equal(original.Length, marked.Length);
        var at = Assert.Single(Enumerable.Range(0, original.Length), i => original[i] != marked[i]);
        Assert.Equal(original[at] | 2, marked[at]);
        Assert.Equal(marked, Marked(marked, TooNew));
    }

    [Fact]
    public void Where_a_version_is_not_needed_nothing_is_marked()
    {
        var original = File.ReadAllBytes(PrivateWrapper.Original);
        Assert.Equal(original, Marked(original, "GLIBCXX_9.9.99"));
        Assert.Equal(original, Marked(original, TooNew[..^1]));
    }

    [Theory]
    [InlineData(0x125000)]
    [InlineData(0x1d5000)]
    public void A_library_cut_short_is_refused(int length) =>
        Assert.Throws<InvalidDataException>(() => Marked(File.ReadAllBytes(PrivateWrapper.Original)[..length], TooNew));

    [Fact]
    public void The_table_of_sections_may_be_missing_as_to_the_loader()
    {
        var original = File.ReadAllBytes(PrivateWrapper.Original);
        var loaded = original[..0x1d76c0];
        Assert.Equal(Marked(original, TooNew)[..0x1d76c0], Marked(loaded, TooNew));
    }

    [Fact]
    public void Random_damage_gives_an_answer_or_a_refusal_and_never_hangs()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var bytes = File.ReadAllBytes(PrivateWrapper.Original);
        var refused = 0;
        for (var round = 0; round < 100; round++)
        {
            var damaged = (byte[])bytes.Clone();
            for (var hit = 0; hit < 6; hit++)
            {
                // The header, its segments, the hash table's beginning, symbols, the needed versions, and the dynamic section at 0x1d4b18.
                var (at, length) = new[] { (0, 640), (0x298, 64), (0x3890, 4096), (0x3f8f0, 528), (0x1d4b18, 560) }[random.Next(5)];
                damaged[at + random.Next(length)] = (byte)random.Next(256);
            }
            var file = Path.Combine(folder, "damaged.so");
            File.WriteAllBytes(file, damaged);
            var watch = Stopwatch.StartNew();
            try
            {
                using var library = ElfLibrary.Open(file);
                _ = (library.Needed, library.RunPath, library.Imports(), library.Exports("THSTorchCuda_is_available"u8), library.WithWeak(TooNew));
            }
            catch (InvalidDataException)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, round {round}: {e}");
            }
            Assert.True(watch.Elapsed < TimeSpan.FromMinutes(2), $"seed {seed}, round {round}");
        }
        Assert.InRange(refused, 1, 99);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private byte[] Marked(byte[] library, string version)
    {
        var file = Path.Combine(folder, "library.so");
        File.WriteAllBytes(file, library);
        using var elf = ElfLibrary.Open(file);
        return elf.WithWeak(version);
    }
}
