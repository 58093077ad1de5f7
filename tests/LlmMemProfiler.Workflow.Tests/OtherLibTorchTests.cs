namespace LlmMemProfiler.Workflow.Tests;

/// <summary>A libtorch that is already there, in a folder of its own, as in a PyTorch's <c>lib</c>.</summary>
public sealed class OtherLibTorchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public OtherLibTorchTests()
    {
        var lib = Directory.CreateDirectory(Path.Combine(folder.Path, "torch", "lib")).FullName;
        foreach (var library in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "libtorch")))
            File.Copy(library, Path.Combine(lib, Path.GetFileName(library)));
    }

    [Theory]
    [InlineData("--libtorch")]
    [InlineData("LLMMEM_LIBTORCH")]
    public async Task It_is_the_one_that_is_loaded_and_the_record_says_so(string source)
    {
        var torch = Path.Combine(folder.Path, "torch");
        string[] run = ["run", "tiny", "--device", "cpu", "--new-tokens", "2", "--json"];
        var command = Llmmem.Command(source == "--libtorch" ? [.. run, "--libtorch", torch] : run).WithEnvironmentVariables(e => e
            .Set("LLMMEM_LIBTORCH", source == "--libtorch" ? null : torch)
            .Set("LD_DEBUG", "files")
            .Set("LD_DEBUG_OUTPUT", Path.Combine(folder.Path, "loader")));
        var record = (await Llmmem.Run(command)).Well().Json;
        Assert.Contains($"({source})", record.GetProperty("host").GetProperty("libtorch").GetString(), StringComparison.Ordinal);

        // The dynamic loader's own word: 'calling init: PATH'.
        var files = Directory.GetFiles(folder.Path, "loader.*").SelectMany(File.ReadLines)
            .Where(line => line.Contains("calling init", StringComparison.Ordinal) && line.Contains("/libtorch_cpu.so", StringComparison.Ordinal))
            .ToList();
        Assert.All(files, line => Assert.Contains(torch, line, StringComparison.Ordinal));
        Assert.NotEmpty(files);
    }

    [Fact]
    public async Task A_folder_of_links_serves_as_well()
    {
        var links = Directory.CreateDirectory(Path.Combine(folder.Path, "links")).FullName;
        foreach (var library in Directory.GetFiles(Path.Combine(folder.Path, "torch", "lib")))
            File.CreateSymbolicLink(Path.Combine(links, Path.GetFileName(library)), library);
        var record = (await Llmmem.Run("run", "tiny", "--device", "cpu", "--new-tokens", "2", "--libtorch", links, "--json")).Well().Json;
        Assert.Equal("ok", record.GetProperty("status").GetString());
        // The pair can be told from each record: what was loaded, and what the wrapper was built for.
        var host = record.GetProperty("host");
        Assert.StartsWith(host.GetProperty("torch_sharp_built_for").GetString()!, host.GetProperty("libtorch").GetString(), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
