using LlmMemProfiler.Core.Models.Families;

namespace LlmMemProfiler.Core.Tests.Models;

/// <summary>Folders as huggingface_hub lays them out.</summary>
public sealed class HubCacheTests : IDisposable
{
    private const string Commit = "607a30d783dfa663caf39e06633721c8d4cfcd7e";

    private readonly TemporaryFolder folder = new();

    private HubCache Cache => new(name => name == "HF_HUB_CACHE" ? folder.Path : null);

    [Theory]
    [InlineData("/h/.cache/huggingface/hub")]
    [InlineData("/x/huggingface/hub", "XDG_CACHE_HOME", "/x")]
    [InlineData("/f/hub", "XDG_CACHE_HOME", "/x", "HF_HOME", "/f")]
    [InlineData("/h/f/hub", "HF_HOME", "~/f")]
    [InlineData("/old", "HF_HOME", "/f", "HUGGINGFACE_HUB_CACHE", "/old")]
    [InlineData("/c", "HF_HOME", "/f", "HUGGINGFACE_HUB_CACHE", "/old", "HF_HUB_CACHE", "/c")]
    [InlineData("/h/.cache/huggingface/hub", "HF_HUB_CACHE", "")]
    public void The_cache_lies_where_huggingface_hub_looks_for_it(string expected, params string[] variables) =>
        Assert.Equal(expected, new HubCache(variables.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]).Append(new("HOME", "/h")).ToDictionary().GetValueOrDefault).Folder);

    [Fact]
    public void A_name_leads_to_the_state_that_its_main_branch_names()
    {
        var snapshot = Snapshot("models--openai-community--gpt2", Commit);
        Snapshot("models--openai-community--gpt2", "0123456789abcdef0123456789abcdef01234567");
        Assert.Null(Cache.Find("openai-community/gpt2"));

        Reference("models--openai-community--gpt2", Commit + "\n");
        Assert.Equal(snapshot, Cache.Find("openai-community/gpt2"));
        Assert.Equal("gpt2", ModelFile.Read(snapshot).Name);
        Assert.Null(Cache.Find("gpt2"));
    }

    [Fact]
    public void The_only_state_is_taken_where_no_branch_is_named()
    {
        var snapshot = Snapshot("models--distilgpt2", Commit);

        Assert.Equal(snapshot, Cache.Find("distilgpt2"));
    }

    [Theory]
    [InlineData("../../elsewhere")]
    [InlineData("")]
    [InlineData("main")]
    public void A_branch_that_names_no_commit_leads_nowhere(string reference)
    {
        Snapshot("models--a--b", Commit);
        Directory.CreateDirectory(Path.Combine(folder.Path, "elsewhere"));
        folder.With("elsewhere/config.json", Gpt2Form.Valid);
        Reference("models--a--b", reference);

        Assert.Null(Cache.Find("a/b"));
    }

    [Fact]
    public void A_state_without_a_config_is_none()
    {
        File.Delete(Path.Combine(Snapshot("models--a--b", Commit), "config.json"));

        Assert.Null(Cache.Find("a/b"));
    }

    [Theory]
    [InlineData("openai-community/gpt2", true)]
    [InlineData("Qwen/Qwen2.5-0.5B", true)]
    [InlineData("gpt2", false)]
    [InlineData("./gpt2", false)]
    [InlineData("/a/b", false)]
    [InlineData("a/b/c", false)]
    [InlineData("models/mine.json", false)]
    [InlineData("a b/c", false)]
    public void A_full_name_is_an_organization_and_a_model(string name, bool isOne) => Assert.Equal(isOne, HubCache.IsFullName(name));

    [Fact]
    public void What_is_not_there_is_refused_with_the_line_that_fetches_it()
    {
        var message = Assert.Throws<InputException>(() => ModelPresets.Find("no-such-org/no-such-model")).Message;

        Assert.EndsWith("to fetch it, use: hf download no-such-org/no-such-model", message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private string Snapshot(string model, string commit)
    {
        var snapshot = Path.Combine(folder.Path, model, "snapshots", commit);
        Directory.CreateDirectory(snapshot);
        File.WriteAllText(Path.Combine(snapshot, "config.json"), Gpt2Form.Valid);
        return snapshot;
    }

    private void Reference(string model, string text)
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, model, "refs"));
        File.WriteAllText(Path.Combine(folder.Path, model, "refs", "main"), text);
    }
}
