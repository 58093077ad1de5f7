namespace LlmMemProfiler.Workflow.Tests;

/// <summary>Whatever a command writes it names, and where: on stdout, or on stderr where stdout is JSON.</summary>
public sealed class WrittenTests : IDisposable
{
    private static readonly string[] Tiny = ["tiny", "--prompt", "4", "--new-tokens", "2", "--device", "cpu"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_file_and_folder_that_a_command_wrote_is_named(bool isJson)
    {
        string[] json = isJson ? ["--json"] : [];
        await Named(["run", .. Tiny, "--dtype", "fp32", "--out", Path("run"), "--trace", Path("trace.json"), "--save-model", Path("model"),
            "--save-logits", Path("logits.safetensors"), .. json], isJson, "record", "picture", "trace file", "logits", "model");
        await Named(["replay", Path("trace.json"), "--out", Path("replayed"), .. json], isJson, "picture");
        await Named(["report", Path("run"), "--out", Path("report"), .. json], isJson, "numbers", "pictures", "summary", "page");
        await Named(["calibrate", Repository.Evidence("sweep"), "--out", Path("profile.json"), .. json], isJson, "profile");
        var plan = folder.With("plan.json", """{"points":[{"model":"tiny","prompt":4,"new_tokens":2}]}""");
        await Named(["sweep", plan, "--device", "cpu", "--out", Path("sweep"), .. json], isJson, "records");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_not_kept_is_said_and_how_to_keep_it(bool isJson)
    {
        string[] json = isJson ? ["--json"] : [];
        (await Llmmem.Run(["run", .. Tiny, "--trace", Path("trace.json")])).Well();
        await Unkept(["run", .. Tiny, .. json], isJson, "record not kept; --out DIR keeps and draws it");
        await Unkept(["replay", Path("trace.json"), .. json], isJson, "picture not kept; --out DIR draws the segments");
    }

    private string Path(string name) => System.IO.Path.Combine(folder.Path, name);

    private async Task Named(string[] command, bool isJson, params string[] whats)
    {
        var before = Files();
        var ended = (await Llmmem.Run(command)).Well();
        var named = Lines(ended, isJson).Select(line => line.Split(": ", 2)).Where(l => l.Length == 2 && whats.Contains(l[0])).ToList();
        Assert.Equal(whats, named.Select(l => l[0]));
        var paths = named.ConvertAll(l => l[1]);
        Assert.All(paths, path => Assert.True(System.IO.Path.Exists(path), $"{path} is not there"));
        var places = paths.ConvertAll(System.IO.Path.GetFullPath);
        // A picture's PNG is named; its SVG lies beside it.
        Assert.All(
            Files().Except(before),
            file => Assert.Contains(places, place => file == place || file.StartsWith(place + "/", StringComparison.Ordinal) || file == System.IO.Path.ChangeExtension(place, ".svg")));
    }

    private static async Task Unkept(string[] command, bool isJson, string line) =>
        Assert.Equal(line, Lines((await Llmmem.Run(command)).Well(), isJson)[^1]);

    private static string[] Lines(Ended ended, bool isJson)
    {
        if (isJson)
            Assert.Equal(System.Text.Json.JsonValueKind.Object, ended.Json.ValueKind);
        return (isJson ? ended.Error : ended.Output).TrimEnd('\n').Split('\n');
    }

    private HashSet<string> Files() => [.. Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories)];
}
