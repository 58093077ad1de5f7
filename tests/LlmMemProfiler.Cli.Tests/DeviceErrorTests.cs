namespace LlmMemProfiler.Cli.Tests;

public class DeviceErrorTests
{
    private const int BadInput = 2, NoDevice = 3;

    [Fact]
    public async Task A_gpu_is_asked_for_where_there_is_none()
    {
        Assert.SkipWhen(File.Exists("/dev/nvidiactl"), "this machine has an NVIDIA driver");
        (await Llmmem.Run("run", "tiny", "--device", "cuda:0")).Badly(NoDevice, "cuda:0: ");
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("gpu7")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("cp\nu")]
    public async Task A_name_that_is_no_device_is_told_what_would_be_one(string name)
    {
        using var folder = new TemporaryFolder();
        foreach (var command in (string[][])[["run", "tiny"], ["sweep", "quick"], ["hook-cost", "tiny"], ["calibrate"]])
        {
            string[] output = command[0] == "hook-cost" ? [] : ["--out", Path.Combine(folder.Path, "out", "x")];
            (await Llmmem.Run([.. command, "--device", name, .. output])).Badly(BadInput, "--device", "auto, cpu, cuda:0");
        }
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_folder_without_libtorch_is_named_with_the_remedy()
    {
        (await Llmmem.Run("run", "tiny", "--libtorch", "/nonexistent"))
            .Badly(NoDevice, "--libtorch /nonexistent", "libtorch_cpu.so", "the folder must be a libtorch");
        (await Llmmem.Run(Llmmem.Command("run", "tiny").WithEnvironmentVariables(e => e.Set("LLMMEM_LIBTORCH", "/nonexistent"))))
            .Badly(NoDevice, "LLMMEM_LIBTORCH /nonexistent", "libtorch_cpu.so", "the folder must be a libtorch");
    }

    [Fact]
    public async Task A_libtorch_that_does_not_fit_is_refused_before_it_is_loaded_and_one_that_would_is_named()
    {
        using var folder = new TemporaryFolder();
        // A real library with a few of the symbols that are needed.
        var lib = Directory.CreateDirectory(Path.Combine(folder.Path, "torch", "lib")).FullName;
        File.Copy(Path.Combine(AppContext.BaseDirectory, "libtorch", "libc10.so"), Path.Combine(lib, "libtorch_cpu.so"));
        File.WriteAllText(Path.Combine(folder.Path, "torch", "version.py"), "__version__ = '3.7.0+cu999'\n");
        var error = (await Llmmem.Run("run", "tiny", "--libtorch", Path.Combine(folder.Path, "torch")))
            .Badly(NoDevice, "libtorch 3.7.0+cu999 is incompatible with TorchSharp", "built for libtorch 2.", "at load time and", "at::indexing::Ellipsis", "with libtorch 2.");
        Assert.InRange(error.Length, 200, 800);
    }

    [Fact]
    public async Task A_run_that_never_began_leaves_no_empty_results_and_touches_no_earlier_ones()
    {
        using var folder = new TemporaryFolder();
        var results = Path.Combine(folder.Path, "results.jsonl");
        string[] run = ["run", "tiny", "--libtorch", "/nonexistent", "--out", folder.Path];
        (await Llmmem.Run(run)).Badly(NoDevice, "/nonexistent");
        Assert.False(File.Exists(results));

        File.WriteAllText(results, "{}\n");
        (await Llmmem.Run(run)).Badly(NoDevice, "/nonexistent");
        Assert.Equal("{}\n", File.ReadAllText(results));
    }

    [Fact]
    public async Task A_run_that_cannot_fit_the_machine_is_refused_before_it_starts()
    {
        string[] point = ["gpt2-xl", "--dtype", "fp32", "--batch", "64000", "--prompt", "512", "--new-tokens", "512"];
        var needed = (await Llmmem.Run(["estimate", .. point, "--json"])).Quietly().Json
            .GetProperty("estimates")[2].GetProperty("total_bytes").GetInt64();
        Assert.True(needed > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        (await Llmmem.Run(["run", .. point, "--device", "cpu"])).Badly(NoDevice, "cpu: the run needs at least", "available", "smaller");
    }
}
