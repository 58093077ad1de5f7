using System.Text.Json;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>scripts/side-by-side.py, as far as it goes without torch for Python; what it says on a GPU is seen on a GPU box only.</summary>
public sealed class SideBySideTests : IDisposable
{
    private static readonly string Script = Path.Combine(Scripts.Folder, "side-by-side.py");

    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task Its_own_tests_pass()
    {
        Scripts.Require("python3");
        var ended = await Scripts.Run("python3", "-m", "unittest", "discover", "-s", "tests/scripts");
        Assert.True(ended.Code == 0, ended.Error);
        Assert.Matches("Ran [1-9][0-9]* tests", ended.Error);
    }

    [Fact]
    public async Task It_reads_what_a_run_saved()
    {
        Scripts.Require("python3");
        var logits = Path.Combine(folder.Path, "l.safetensors");
        var record = (await Llmmem.Run(
            "run", "tiny", "--dtype", "fp16", "--device", "cpu", "--prompt", "3", "--new-tokens", "2", "--batch", "2", "--save-logits", logits, "--json")).Well().Json;
        var ended = await Scripts.Run("python3", "-c", $$"""
            import importlib.util, json, pathlib
            spec = importlib.util.spec_from_file_location("s", {{JsonSerializer.Serialize(Script)}})
            s = importlib.util.module_from_spec(spec)
            import sys; sys.modules["s"] = s
            spec.loader.exec_module(s)
            path = pathlib.Path({{JsonSerializer.Serialize(logits)}})
            t = s.read_header(path)
            print(json.dumps({n: [v.dtype, v.shape] for n, v in t.items()}))
            print(json.dumps(s.rows(s.read_numbers(path, t["generated"]), 2)))
            rows = s.rows(s.read_numbers(path, t["logits"]), 500)
            print(json.dumps([max(range(500), key=row.__getitem__) for row in rows]))
            """);
        var lines = ended.Well().Output.Split('\n');
        Assert.Equal("""{"prompt": ["I64", [2, 3]], "logits": ["F16", [2, 2, 500]], "generated": ["I64", [2, 2]]}""", lines[0]);
        var generated = record.GetProperty("generated").EnumerateArray().Select(s => s.EnumerateArray().Select(id => id.GetInt64()).ToArray()).ToArray();
        Assert.Equal($"[[{generated[0][0]}, {generated[1][0]}], [{generated[0][1]}, {generated[1][1]}]]", lines[1]);
        Assert.Equal($"[{generated[0][0]}, {generated[1][0]}, {generated[0][1]}, {generated[1][1]}]", lines[2]);
    }

    [Fact]
    public async Task Without_torch_it_says_so_in_a_line_and_a_broken_file_is_said_before()
    {
        Scripts.Require("python3");
        var file = folder.With("l.safetensors", "no tensors");
        var broken = await Scripts.Run("python3", Script, "--model", folder.Path, "--logits", file);
        Assert.Equal((2, ""), (broken.Code, broken.Output));
        Assert.Contains("no safetensors file", Assert.Single(broken.Error.Trim().Split('\n')), StringComparison.Ordinal);

        File.WriteAllBytes(file, [2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']);
        var ended = await Scripts.Run("python3", "-S", Script, "--model", folder.Path, "--logits", file);
        Assert.Equal((3, ""), (ended.Code, ended.Output));
        Assert.Contains("has no torch", Assert.Single(ended.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
