using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlmMemProfiler.Workflow.Tests;

/// <summary>A prompt of the user's own, by a tokenizer whose ids are worked out by hand, and whose other tokens say which they are.</summary>
public sealed class PromptTextTests : IDisposable
{
    private const int Vocabulary = 500, NewTokens = 12;

    /// <summary>'hello', a space (Ġ in byte-level BPE), 'he': by the merges.</summary>
    private static readonly long[] HelloHe = [8, 4, 5];

    private readonly TemporaryFolder folder = new();

    private string Model => Path.Combine(folder.Path, "model");

    private string Logits => Path.Combine(folder.Path, "logits");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_text_is_decoded_from_shown_as_it_comes_and_ended_where_it_ends()
    {
        await Save();
        var whole = await Run("--batch", "2", "--save-logits", Logits, "--keep-text");
        var record = whole.Well().Json;
        var ids = Ids(record, 0);
        Assert.Equal([.. HelloHe, .. HelloHe], MemoryMarshal.Cast<byte, long>(SaveTests.Read(Logits)["prompt"].Bytes).ToArray());
        Assert.Equal(ids, Ids(record, 1));
        Assert.Equal((3, 0), (record.GetProperty("workload").GetProperty("prompt").GetInt32(), record.GetProperty("trace").GetProperty("differences").GetInt32()));
        var text = string.Concat(ids.Select(Word));
        Assert.Contains($"{text}\n", whole.Error, StringComparison.Ordinal);
        Assert.Equal(("hello he", text), (record.GetProperty("text").GetProperty("prompt").GetString(), record.GetProperty("text").GetProperty("generated").GetString()));

        // The last that comes for the first time, so that it ends the text nowhere sooner.
        var end = ids.Select((id, at) => (Id: id, At: at)).Last(token => Array.IndexOf(ids, token.Id) == token.At && token.At < NewTokens - 1);
        File.WriteAllText(Path.Combine(Model, "generation_config.json"), $$"""{"eos_token_id":[499999,{{end.Id}}]}""");
        var stopped = (await Run("--stop")).Well().Json;
        Assert.Equal(ids[..(end.At + 1)], Ids(stopped, 0));
        Assert.Equal(("stopped", $"at the end of the text, after {end.At + 1} of 12 new tokens"), (stopped.GetProperty("status").GetString(), stopped.GetProperty("error").GetString()));
        Assert.Equal(0, stopped.GetProperty("trace").GetProperty("differences").GetInt32());
        Assert.Equal(JsonValueKind.Null, stopped.GetProperty("text").GetProperty("prompt").ValueKind);
    }

    [Fact]
    public async Task What_cannot_be_a_prompt_is_refused()
    {
        (await Llmmem.Run("run", "tiny", "--stop")).Badly(2, "--stop needs a text; must be with --prompt-text");
        (await Llmmem.Run("run", "tiny", "--prompt-text", "")).Badly(2, "bad --prompt-text ''; must not be empty");
        (await Llmmem.Run("run", "tiny", "--prompt-text", "a")).Badly(2, "tiny is a preset, which has no tokenizer.json");
        (await Llmmem.Run("run", "tiny", "--prompt-text", "a", "--prompt", "9")).Badly(2, "--prompt 9 is the length of a random prompt");
        (await Llmmem.Run("run", "tiny", "--prompt-text", "a", "--device", "virtual:h100")).Badly(2, "virtual:h100 computes no tokens");
        await Save();
        (await Llmmem.Run("run", Model, "--device", "cpu", "--prompt-text", string.Concat(Enumerable.Repeat("hello", 120)))).Badly(2, "--prompt 120 and --new-tokens 64 need 184 positions");
        File.WriteAllText(Path.Combine(Model, "tokenizer.json"), "{");
        (await Llmmem.Run("run", Model, "--device", "cpu", "--prompt-text", "a")).Badly(2, "tokenizer.json: not a tokenizer (");
    }

    private Task<Ended> Run(params string[] more) =>
        Llmmem.Run(["run", Model, "--dtype", "fp32", "--device", "cpu", "--new-tokens", "12", "--json", "--prompt-text", "hello he", .. more]);

    private async Task Save()
    {
        (await Llmmem.Run("run", "tiny", "--dtype", "fp32", "--device", "cpu", "--prompt", "1", "--new-tokens", "1", "--save-model", Model)).Well();
        var vocabulary = Enumerable.Range(0, Vocabulary).ToDictionary(id => id == 4 ? "Ġ" : Word(id), id => id);
        File.WriteAllText(Path.Combine(Model, "tokenizer.json"), $$"""
            {"version":"1.0","added_tokens":[],
            "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},"decoder":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
            "model":{"type":"BPE","vocab":{{JsonSerializer.Serialize(vocabulary)}},"merges":["h e","l l","he ll","hell o"]} }
            """);
    }

    private static string Word(long id) => id switch { 0 => "h", 1 => "e", 2 => "l", 3 => "o", 4 => " ", 5 => "he", 6 => "ll", 7 => "hell", 8 => "hello", _ => $"[{id}]" };

    private static long[] Ids(JsonElement record, int sequence) => [.. record.GetProperty("generated")[sequence].EnumerateArray().Select(id => id.GetInt64())];
}
