using LlmMemProfiler.Device.LibTorch;

namespace LlmMemProfiler.Device.Tests.LibTorch;

public sealed class LibTorchFolderTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("llmmem-test-").FullName;

    [Fact]
    public void Without_a_word_the_package_is_taken()
    {
        var folder = LibTorchFolder.Find(null);
        Assert.Equal("package", folder.Source);
        Assert.Equal(Path.Combine(AppContext.BaseDirectory, "libtorch"), folder.Path);
    }

    [Fact]
    public void The_option_names_a_folder_of_libraries()
    {
        File.WriteAllText(Path.Combine(root, "libtorch_cpu.so"), "");
        Assert.Equal(new(root, "--libtorch"), LibTorchFolder.Find(root));
    }

    [Fact]
    public void The_option_names_a_PyTorch_whose_libraries_lie_in_lib()
    {
        var lib = Directory.CreateDirectory(Path.Combine(root, "lib")).FullName;
        File.WriteAllText(Path.Combine(lib, "libtorch_cpu.so"), "");
        Assert.Equal(new(lib, "--libtorch"), LibTorchFolder.Find(root));
    }

    [Fact]
    public void A_folder_without_libtorch_is_refused_with_the_remedy()
    {
        var error = Assert.Throws<DeviceException>(() => LibTorchFolder.Find(root));
        Assert.Contains(root, error.Message, StringComparison.Ordinal);
        Assert.Contains("site-packages/torch", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_second_libtorch_in_one_process_is_refused()
    {
        File.WriteAllText(Path.Combine(root, "libtorch_cpu.so"), "");
        var error = Assert.Throws<DeviceException>(() => LibTorchLibrary.Load(root));
        Assert.Contains("already", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
