namespace LlmMemProfiler.Workflow.Tests;

public sealed class ProfilersMemoryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>
    /// Six thousand layers pass, with a dozen small objects each: unless the youngest generation is kept small, 17 MiB of them were counted
    /// here, and 12 MiB more in all than after eight tokens.
    /// </summary>
    [Fact]
    public async Task The_profilers_own_memory_stays_small_however_long_it_decodes_and_files_stand_apart()
    {
        var model = folder.With("deep.json", """
            {"name":"deep","layers":12,"d_model":64,"heads":2,"kv_heads":2,"d_ff":128,"vocabulary":100,"positions":600,"tied_output":true,"linear_bias":true,"final_norm":true}
            """);
        var measured = (await Llmmem.Run(Llmmem.AsUsersDo("run", model, "--device", "cpu", "--new-tokens", "500", "--json"))).Well().Json.GetProperty("measured");
        Assert.Equal("private", measured.GetProperty("device_level").GetString());
        Assert.InRange(measured.GetProperty("parts").GetProperty("profiler_bytes").GetInt64(), 1 << 19, 8 << 20);
        // libtorch alone has more.
        Assert.InRange(measured.GetProperty("file_bytes").GetInt64(), 16 << 20, 1 << 30);
    }

    public void Dispose() => folder.Dispose();
}
