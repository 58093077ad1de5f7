using System.Text.Json.Nodes;

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
        File.WriteAllText(Path.Combine(folder.Path, "torch", "version.py"), "__version__ = '2.7.0+cu999'\n");
        var error = (await Llmmem.Run("run", "tiny", "--libtorch", Path.Combine(folder.Path, "torch")))
            .Badly(NoDevice, "libtorch 2.7.0+cu999 is incompatible with TorchSharp", "built for libtorch 2.", "at load time and", "at::indexing::Ellipsis", "with libtorch 2.");
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

    /// <summary>Of a GPU, or of totals that count file pages too: it once was refused after the measurement, which was lost with it.</summary>
    [Theory]
    [InlineData("kind", "cuda", "was calibrated on cuda, not on cpu")]
    [InlineData("level", "resident", "predicts resident totals, and the results have private ones")]
    public async Task A_profile_that_says_nothing_about_the_device_is_refused_before_the_measurement(string field, string value, string refusal)
    {
        using var folder = new TemporaryFolder();
        var profile = JsonNode.Parse(await File.ReadAllBytesAsync(Repository.Evidence("profile.json"), TestContext.Current.CancellationToken))!;
        profile["hardware"]![field] = value;
        var file = folder.With("profile.json", profile.ToJsonString());
        var ended = await Llmmem.Run("run", "tiny", "--device", "cpu", "--profile", file, "--out", folder.Path);
        ended.Badly(2, refusal);
        Assert.DoesNotContain("decode", ended.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "results.jsonl")));
    }

    [Theory]
    [InlineData("2.13.0+cu130")]
    [InlineData("2.14.1")]
    [InlineData("3.0.0a0")]
    public async Task A_libtorch_that_would_end_the_process_is_refused_by_name_before_it_is_loaded(string version)
    {
        using var folder = new TemporaryFolder();
        var lib = Directory.CreateDirectory(Path.Combine(folder.Path, "torch", "lib")).FullName;
        File.WriteAllText(Path.Combine(lib, "libtorch_cpu.so"), "loading this would be another error");
        File.WriteAllText(Path.Combine(folder.Path, "torch", "version.py"), $"__version__ = '{version}'\n");
        (await Llmmem.Run("run", "tiny", "--libtorch", Path.Combine(folder.Path, "torch")))
            .Badly(NoDevice, $"libtorch {version} is too new for TorchSharp", "crashes with 2.13 and newer", "pip install torch==2.12.1");
    }

    [Theory]
    [InlineData("run", "tiny")]
    [InlineData("hook-cost", "tiny")]
    [InlineData("doctor")]
    [InlineData("sweep", "quick", "--out", "OUT")]
    [InlineData("calibrate", "--out", "OUT")]
    public async Task An_allocator_option_that_PyTorch_refuses_is_one_line_before_libtorch_is_loaded(params string[] command)
    {
        using var folder = new TemporaryFolder();
        var lib = WithCuda(folder);
        string[] arguments = [.. command.Select(a => a == "OUT" ? Path.Combine(folder.Path, "out") : a), "--libtorch", lib];
        (await Llmmem.Run(Llmmem.Command(arguments).WithEnvironmentVariables(e => e.Set("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:true"))))
            .Badly(2, "PYTORCH_CUDA_ALLOC_CONF contains 'expandable_segments:true', which PyTorch refuses", "True or False");
    }

    /// <summary>The notes of 2.10 and 2.11 name these options as new; issue 183387 of PyTorch tells that 2.9 does not read the general variable.</summary>
    [Theory]
    [InlineData("2.9.1+cu128", "PYTORCH_CUDA_ALLOC_CONF", "per_process_memory_fraction:0.5", "which PyTorch 2.9 refuses; must be an option that it knows: this one came with 2.10")]
    [InlineData("2.10.0", "PYTORCH_ALLOC_CONF", "large_segment_size_mb:12", "which PyTorch 2.10 refuses; must be an option that it knows: this one came with 2.11")]
    [InlineData("2.11.0", "PYTORCH_ALLOC_CONF", "large_segment_size_mb:10", "large_segment_size_mb must be more than 10")]
    [InlineData("2.9.1", "PYTORCH_ALLOC_CONF", "nonsense:1", null)]
    public async Task Which_options_are_refused_follows_the_release_of_the_libtorch(string version, string variable, string text, string? refusal)
    {
        using var folder = new TemporaryFolder();
        var lib = WithCuda(folder);
        File.WriteAllText(Path.Combine(folder.Path, "version.py"), $"__version__ = '{version}'\n");
        var ended = await Llmmem.Run(Llmmem.Command("run", "tiny", "--libtorch", lib).WithEnvironmentVariables(e => e.Set(variable, text)));
        if (refusal is null)
            Assert.DoesNotContain(variable, ended.Error, StringComparison.Ordinal);
        else
            ended.Badly(2, $"{variable} contains '", refusal);
    }

    /// <summary>A libtorch with CUDA by its files, none of which could be loaded.</summary>
    private static string WithCuda(TemporaryFolder folder)
    {
        var lib = Directory.CreateDirectory(Path.Combine(folder.Path, "lib")).FullName;
        foreach (var file in (string[])["libtorch_cpu.so", "libtorch_cuda.so"])
            File.WriteAllText(Path.Combine(lib, file), "loading this would be another error");
        return lib;
    }
}
