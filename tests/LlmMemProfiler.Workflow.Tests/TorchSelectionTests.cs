using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>Which packages a restore takes, by evaluating the build: the CUDA packages themselves need not be served here.</summary>
public sealed class TorchSelectionTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("llmmem-test-").FullName;

    [Theory]
    [InlineData("proc/driver/nvidia/version")]
    [InlineData("dev/nvidiactl")]
    [InlineData("usr/lib/wsl/lib/libcuda.so.1")]
    public async Task A_machine_with_an_NVIDIA_driver_gets_CUDA(string sign)
    {
        var file = Path.Combine(root, sign);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        Assert.Equal(["TorchSharp", "TorchSharp-cuda-linux"], await Packages($"-p:NvidiaDriverRoot={root}"));
    }

    [Fact]
    public async Task A_machine_without_one_gets_the_CPU() =>
        Assert.Equal(["TorchSharp", "libtorch-cpu-linux-x64"], await Packages($"-p:NvidiaDriverRoot={root}"));

    [Theory]
    [InlineData("cpu", "TorchSharp libtorch-cpu-linux-x64")]
    [InlineData("cuda", "TorchSharp TorchSharp-cuda-linux")]
    [InlineData("none", "TorchSharp")]
    public async Task The_property_overrides(string choice, string packages) =>
        Assert.Equal(packages.Split(' '), await Packages($"-p:Torch={choice}"));

    [Theory]
    [InlineData("true", "ManagedCuda-12 TorchSharp libtorch-cpu-linux-x64")]
    [InlineData("false", "TorchSharp libtorch-cpu-linux-x64")]
    [InlineData("", "TorchSharp libtorch-cpu-linux-x64")]
    public async Task ManagedCuda_is_taken_only_where_it_is_asked_for(string choice, string packages) =>
        Assert.Equal(packages.Split(' '), await Packages("-p:Torch=cpu", $"-p:ManagedCuda={choice}"));

    [Fact]
    public async Task Another_value_is_an_error_that_names_the_right_ones()
    {
        var result = await Build("-t:CheckTorch", "-p:Torch=rocm");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("must be cuda, cpu or none", result.StandardOutput, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private static async Task<string[]> Packages(params string[] properties)
    {
        var result = await Build(["-getItem:PackageReference", .. properties]);
        Assert.True(result.ExitCode == 0, result.StandardOutput + result.StandardError);
        using var json = JsonDocument.Parse(result.StandardOutput);
        return [.. json.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray()
            .Select(p => p.GetProperty("Identity").GetString()!)
            .Where(name => name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.Contains("Cuda", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];
    }

    private static async Task<BufferedCommandResult> Build(params string[] arguments) =>
        await CliWrap.Cli.Wrap("dotnet")
            .WithArguments(["msbuild", Path.Combine(Repository.Root, "src/LlmMemProfiler.Device/LlmMemProfiler.Device.csproj"), .. arguments])
            .WithEnvironmentVariables(e => e.Set("Torch", null).Set("DOTNET_NOLOGO", "1"))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
}
