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

    public void Dispose() => folder.Dispose();

    private Task<Ended> Run(params string[] arguments) =>
        Llmmem.Run(Llmmem.Command(arguments).WithEnvironmentVariables(e => e
            .Set("LLMMEM_LIBTORCH", null).Set("COLUMNS", "400").Set("TORCH_CUDNN_SDPA_DEPRIORITIZED", null)
            .Set("LD_LIBRARY_PATH", folder.Path).Set("LLMMEM_TEST_NOTE", Path.Combine(folder.Path, "note"))));
}
