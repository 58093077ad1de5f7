using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Device.Tests.LibTorch;

public sealed class WrapperFitTests(TorchFixture fixture) : IDisposable
{
    private const string DebianTorch = "/usr/lib/python3/dist-packages/torch/lib";

    private readonly string folder = Directory.CreateTempSubdirectory("llmmem-test-").FullName;

    [Fact]
    public void The_package_has_all_that_the_wrapper_needs()
    {
        Assert.Empty(fixture.Library.Fit.Missing);
        Assert.InRange(fixture.Library.Fit.Needed, 1000, 2000);
        Assert.True(fixture.Library.Fit.IsUsable);
        Assert.Equal(fixture.Library.WrapperBuiltFor, fixture.Library.Fit.BuiltFor);
        // The wrapper's own word and the package that the build restores move together.
        Assert.StartsWith(fixture.Library.Fit.BuiltFor!, fixture.Library.Version, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_missing_is_told_by_when_its_absence_shows()
    {
        var fit = Fit("int present(void) { return 1; }", "called");
        Assert.Equal(
            [new("data", SymbolNeed.AtLoad), new("called", SymbolNeed.ByOperations), new("not_called", SymbolNeed.Other)],
            fit.Missing);
        Assert.False(fit.IsUsable);
        Assert.Null(fit.BuiltFor);
    }

    [Theory]
    [InlineData("int present(void) { return 1; } int called(void) { return 2; } int data;", true)]
    [InlineData("int present(void) { return 1; } int not_called(void) { return 2; } int data;", false)]
    [InlineData("int present(void) { return 1; } int called(void) { return 2; } int not_called(void) { return 2; }", false)]
    public void It_serves_where_only_things_that_nobody_calls_are_missing(string libtorch, bool serves) =>
        Assert.Equal(serves, Fit(libtorch, "called").IsUsable);

    [Fact]
    public void A_library_that_is_none_is_named()
    {
        File.WriteAllText(Path.Combine(folder, "libtorch_cpu.so"), "");
        var error = Assert.Throws<DeviceException>(() => WrapperFit.Of(PrivateWrapper.Original, folder));
        Assert.Contains("libtorch_cpu.so: cannot be read as a library", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_names_of_C_plus_plus_are_shown_as_people_write_them_and_short()
    {
        Assert.Equal("torch::cuda::is_available()", new MissingSymbol("_ZN5torch4cuda12is_availableEv", SymbolNeed.Other).ToString());
        Assert.Equal("plain_c", new MissingSymbol("plain_c", SymbolNeed.Other).ToString());
        var text = new MissingSymbol("_ZN2at4_ops28scaled_dot_product_attention4callERKNS_6TensorES4_S4_RKSt8optionalIS2_EdbS5_IdEb", SymbolNeed.Other).ToString();
        Assert.StartsWith("at::_ops::scaled_dot_product_attention::call(", text, StringComparison.Ordinal);
        Assert.EndsWith("…", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_function_that_operations_call_is_one_that_the_wrapper_needs()
    {
        using var wrapper = Device.LibTorch.Elf.ElfLibrary.Open(PrivateWrapper.Original);
        Assert.Subset(wrapper.Imports().Select(i => i.Name).ToHashSet(), WrapperFit.OperationSymbols().ToHashSet());
        Assert.Contains("_ZN5torch4cuda11synchronizeEl", WrapperFit.OperationSymbols());
    }

    [Fact]
    public void A_libtorch_of_years_ago_is_found_not_to_fit()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(DebianTorch, "libtorch_cpu.so")), "Debian's python3-torch is not installed here");
        var fit = WrapperFit.Of(PrivateWrapper.Original, DebianTorch);
        Assert.False(fit.IsUsable);
        Assert.Contains(fit.Missing, m => m.Need == SymbolNeed.ByOperations);
        Assert.StartsWith("1.", LibTorchVersion.Beside(DebianTorch), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version.py", "__version__ = '2.11.0+cu130'\ndebug = False\n", "2.11.0+cu130")]
    [InlineData("version.py", "from typing import Optional\n__version__ = '1.13.0a0'\n", "1.13.0a0")]
    [InlineData("build-version", "2.10.0+cpu\n", "2.10.0+cpu")]
    [InlineData("version.py", "nothing\n", null)]
    public void The_version_is_read_beside_the_library(string file, string text, string? version)
    {
        var lib = Directory.CreateDirectory(Path.Combine(folder, "lib")).FullName;
        File.WriteAllText(Path.Combine(folder, file), text);
        Assert.Equal(version, LibTorchVersion.Beside(lib));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private WrapperFit Fit(string libtorch, string called)
    {
        var wrapper = Path.Combine(folder, "wrapper.so");
        Compiler.Build(wrapper, """
            extern int data; int present(void), called(void), not_called(void), puts(const char *);
            int *pointer = &data;
            int use(void) { return present() + called() + not_called() + puts(""); }
            """, "-Wl,-z,lazy", "-fno-builtin");
        Compiler.Build(Path.Combine(folder, "libtorch_cpu.so"), libtorch);
        return WrapperFit.Of(wrapper, folder, new HashSet<string> { called });
    }
}
