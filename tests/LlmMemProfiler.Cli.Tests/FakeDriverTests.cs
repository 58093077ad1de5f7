using System.Text.Json;
using LlmMemProfiler.Device.Tests;
using LlmMemProfiler.Device.Tests.Probes;

namespace LlmMemProfiler.Cli.Tests;

/// <summary>The program on a machine whose driver shows a GPU: a fake libcuda that also notes a variable when it is initialized.</summary>
public sealed class FakeDriverTests : IDisposable
{
    private const string Note = """
        #include <stdio.h>
        #include <stdlib.h>
        static int note(void) {
            FILE *file = fopen(getenv("LLMMEM_TEST_NOTE"), "a"); const char *set = getenv("TORCH_CUDNN_SDPA_DEPRIORITIZED");
            fputs(set ? set : "unset", file); fclose(file); return 0;
        }

        """;

    private readonly TemporaryFolder folder = new();

    public FakeDriverTests()
    {
        Assert.SkipWhen(Path.Exists("/dev/nvidiactl"), "this machine has an NVIDIA driver");
        Compiler.Build(Path.Combine(folder.Path, "libcuda.so.1"), Note + FakeCuda.Source, "-DINIT_CODE=note()");
    }

    [Theory]
    [InlineData("auto", true)]
    [InlineData("cpu", false)]
    public async Task A_GPU_that_libtorch_cannot_use_is_told_in_table_and_JSON_unless_the_CPU_was_asked_for(string device, bool isTold)
    {
        Assert.SkipWhen(File.Exists(Path.Combine(AppContext.BaseDirectory, "libtorch", "libtorch_cuda.so")), "this build has CUDA");
        string[] run = ["run", "tiny", "--prompt", "2", "--new-tokens", "1", "--device", device];
        var table = (await Run(run)).Well().Output.ReplaceLineEndings(" ");
        Assert.Equal(isTold, table.Contains("although Fake H100 is there; to use it, pass --device cuda:0 --libtorch DIR", StringComparison.Ordinal));
        var json = (await Run([.. run, "--json"])).Well().Json;
        Assert.Equal(isTold, json.TryGetProperty("remarks", out var remarks) && remarks[0].GetString()!.Contains("was built without CUDA", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Doctor_examines_with_the_variables_that_run_sets()
    {
        _ = await Run("doctor");
        Assert.Equal("1", await File.ReadAllTextAsync(Path.Combine(folder.Path, "note"), TestContext.Current.CancellationToken));
    }

    /// <summary>The rows make a table that reads the same.</summary>
    [Fact]
    public async Task Doctor_describes_the_GPUs_as_rows_of_the_table()
    {
        Compiler.Build(Path.Combine(folder.Path, "libcuda.so.1"), Note + FakeCuda.Source, "-DINIT_CODE=note()", "-DNAME=\"NVIDIA H100 80GB HBM3\"");
        var described = (await Run("doctor", "--describe", "--json")).Well();
        var rows = described.Json.GetProperty("gpus").EnumerateArray().ToArray();

        Assert.Equal(["h100", "fake-a2000"], rows.Select(row => row.GetProperty("name").GetString()!));
        Assert.Equal(("9.0", 132, 52_428_800), (rows[0].GetProperty("capability").GetString(), rows[0].GetProperty("multiprocessors").GetInt32(), rows[0].GetProperty("l2_bytes").GetInt64()));
        var seen = rows[0].GetProperty("seen")[0];
        Assert.Equal((85_029_158_912, "linux", true), (seen.GetProperty("total_bytes").GetInt64(), seen.GetProperty("system").GetString(), seen.GetProperty("ecc").GetBoolean()));
        Assert.EndsWith(", for CUDA 12.8", seen.GetProperty("on").GetString(), StringComparison.Ordinal);
        Assert.False(rows[0].TryGetProperty("threads_per_multiprocessor", out _), "what follows from the capability is not repeated");
        Assert.Contains("note: cuda:0 is h100 in profiles/gpus.json, seen with 79.10 GiB to ", described.Error, StringComparison.Ordinal);
        Assert.Contains("note: cuda:1 is not in profiles/gpus.json; please send its row in", described.Error, StringComparison.Ordinal);

        var plain = (await Run("doctor", "--describe")).Well().Output;
        Assert.Equal(rows[0].GetRawText(), JsonDocument.Parse(plain[..(plain.IndexOf("\n}\n", StringComparison.Ordinal) + 2)]).RootElement.GetRawText(), WithoutIndents);
    }

    [Fact]
    public async Task Doctor_describes_a_MIG_slice_as_one_of_its_card()
    {
        Compiler.Build(Path.Combine(folder.Path, "libcuda.so.1"), Note + FakeCuda.Source, "-DINIT_CODE=note()", "-DNAME=\"NVIDIA H100 80GB HBM3 MIG 7g.80gb\"");
        var slice = Assert.Single((await Run("doctor", "--describe", "--json")).Well().Json.GetProperty("slices").EnumerateArray());

        Assert.Equal(("h100", "7g.80gb", 132), (slice.GetProperty("cards")[0].GetString(), slice.GetProperty("name").GetString(), slice.GetProperty("multiprocessors").GetInt32()));
    }

    [Fact]
    public async Task Doctor_tells_what_is_other_than_in_the_table()
    {
        Compiler.Build(Path.Combine(folder.Path, "libcuda.so.1"), Note + FakeCuda.Source, "-DINIT_CODE=note()", "-DNAME=\"NVIDIA H100 PCIe\"");
        Assert.Contains(
            "note: cuda:0 differs from h100-pcie in profiles/gpus.json, NVIDIA H100 PCIe: 132 multiprocessors, not 114; please send its row in",
            (await Run("doctor", "--describe")).Well().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_memory_alone_is_that_of_the_GPU_that_is_here_and_free_is_what_NVML_says()
    {
        Compiler.Build(Path.Combine(folder.Path, "libcuda.so.1"), Note + FakeCuda.Source, "-DINIT_CODE=note()", "-DNAME=\"NVIDIA H100 80GB HBM3\"");
        Compiler.Build(
            Path.Combine(folder.Path, "libnvidia-ml.so.1"), FakeNvml.Source, $"-D{FakeNvml.UsedWithoutReserve}", $"-D{FakeNvml.Uuid0}");
        var given = await Run("estimate", "tiny", "--profile", "none", "--memory", "24GiB", "--json");
        Assert.Equal("note: for the GPU of this machine, NVIDIA H100 80GB HBM3; --target NAME takes another one\n", given.Well().Error);
        Assert.Equal(("h100", 24L << 30, "--memory"), Target(given));

        // Its total without what the driver keeps and what others use.
        Assert.Equal(("h100", 85_520_809_984 - 577_852_800 - 5_000_000_001, "free on cuda:0 now"), Target(await Run("estimate", "tiny", "--profile", "none", "--memory", "free", "--json")));
        (await Run("estimate", "tiny", "--target", "a100-80", "--memory", "free")).Badly(3, "--memory free: no a100-80 is here (NVIDIA H100 80GB HBM3, Fake A2000); give a size");

        File.Delete(Path.Combine(folder.Path, "libnvidia-ml.so.1"));
        (await Run("estimate", "tiny", "--memory", "free", "--target", "h100")).Badly(3, "--memory free: NVML does not tell what is free on NVIDIA H100 80GB HBM3 (libnvidia-ml.so.1 not found", "give a size");
    }

    public void Dispose() => folder.Dispose();

    private static bool WithoutIndents(string a, string b) => string.Concat(a.Split((char[])[' ', '\n'])) == string.Concat(b.Split((char[])[' ', '\n']));

    private static (string?, long, string?) Target(Ended ended)
    {
        var target = ended.Well().Json.GetProperty("target");
        return (target.GetProperty("name").GetString(), target.GetProperty("total_bytes").GetInt64(), target.GetProperty("source").GetString());
    }

    private Task<Ended> Run(params string[] arguments) =>
        Llmmem.Run(Llmmem.Command(arguments).WithEnvironmentVariables(e => e
            .Set("LLMMEM_LIBTORCH", null).Set("COLUMNS", "400").Set("TORCH_CUDNN_SDPA_DEPRIORITIZED", null)
            .Set("LD_LIBRARY_PATH", folder.Path).Set("LLMMEM_TEST_NOTE", Path.Combine(folder.Path, "note"))));
}
