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
        (await Llmmem.Run("run", "tiny", "--stop")).Badly(2, "--stop needs a text; must be with --prompt-text or --chat");
        (await Llmmem.Run("run", "tiny", "--prompt-text", "")).Badly(2, "bad --prompt-text ''; must not be empty");
        (await Llmmem.Run("run", "tiny", "--prompt-text", "a")).Badly(2, "tiny is a preset, which has no tokenizer.json");
        (await Llmmem.Run("run", "tiny", "--prompt-text", "a", "--prompt", "9")).Badly(2, "--prompt 9 is the length of a random prompt");
        (await Llmmem.Run("run", "tiny", "--prompt-text", "a", "--device", "virtual:h100")).Badly(2, "virtual:h100 computes no tokens");
        (await Llmmem.Run("run", "tiny", "--system", "a")).Badly(2, "--system needs a message of the user; must be with --chat");
        (await Llmmem.Run("run", "tiny", "--chat", "a", "--prompt-text", "b")).Badly(2, "--prompt-text and --chat both give a prompt; leave one out");
        (await Llmmem.Run("run", "tiny", "--chat", "a")).Badly(2, "--chat: tiny is a preset, which has no tokenizer.json");
        await Save();
        (await Llmmem.Run("run", Model, "--device", "cpu", "--prompt-text", string.Concat(Enumerable.Repeat("hello", 120)))).Badly(2, "--prompt 120 and --new-tokens 64 need 184 positions");
        File.WriteAllText(Path.Combine(Model, "tokenizer.json"), "{");
        (await Llmmem.Run("run", Model, "--device", "cpu", "--prompt-text", "a")).Badly(2, "tokenizer.json: not a tokenizer (");
    }

    /// <summary>The template writes the beginning of text, [9], and the tokenizer would put it there once more: 'hello' and 'he' are 8 and 5.</summary>
    [Fact]
    public async Task A_message_is_decoded_from_as_the_folder_s_chat_template_has_it()
    {
        await Save("""{"id":9,"content":"[9]","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}""");
        string[] chat = ["run", Model, "--dtype", "fp32", "--device", "cpu", "--new-tokens", "2", "--chat", "he"];
        (await Llmmem.Run(chat)).Badly(2, "model: has no chat template (none of chat_template.jinja, tokenizer_config.json, chat_template.json has one); expected the folder of a chat model, or --prompt-text");

        File.WriteAllText(Path.Combine(Model, "tokenizer_config.json"), """
            {"bos_token":"[9]","chat_template":"{% if messages[0].role == 'user' %}{{ raise_exception('A system is needed.') }}{% endif %}{{ bos_token }}{% for m in messages %}\n  {{- m.content -}}\n{% endfor %}"}
            """);
        (await Llmmem.Run(chat)).Badly(2, "tokenizer_config.json: the chat template refuses these messages (A system is needed); expected such as it takes");
        var ended = await Llmmem.Run([.. chat, "--system", "hello", "--save-logits", Logits, "--keep-text", "--json"]);
        var record = ended.Well().Json;
        Assert.Equal([9, 8, 5], MemoryMarshal.Cast<byte, long>(SaveTests.Read(Logits)["prompt"].Bytes).ToArray());
        var text = record.GetProperty("text");
        Assert.Equal(("[9]hellohe", "tokenizer_config.json"), (text.GetProperty("prompt").GetString(), text.GetProperty("chat_template").GetString()));
    }

    private Task<Ended> Run(params string[] more) =>
        Llmmem.Run(["run", Model, "--dtype", "fp32", "--device", "cpu", "--new-tokens", "12", "--json", "--prompt-text", "hello he", .. more]);

    /// <param name="added">A token that the tokenizer puts before each text; empty for none.</param>
    private async Task Save(string added = "")
    {
        (await Llmmem.Run("run", "tiny", "--dtype", "fp32", "--device", "cpu", "--prompt", "1", "--new-tokens", "1", "--save-model", Model)).Well();
        var vocabulary = Enumerable.Range(0, Vocabulary).ToDictionary(id => id == 4 ? "Ġ" : Word(id), id => id);
        File.WriteAllText(Path.Combine(Model, "tokenizer.json"), $$"""
            {"version":"1.0","added_tokens":[{{added}}],{{(added.Length > 0 ? Before : "")}}
            "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},"decoder":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
            "model":{"type":"BPE","vocab":{{JsonSerializer.Serialize(vocabulary)}},"merges":["h e","l l","he ll","hell o"]} }
            """);
    }

    private const string Before = """
        "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[9]","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],
        "special_tokens":{"[9]":{"id":"[9]","ids":[9],"tokens":["[9]"]}}},
        """;

    private static string Word(long id) => id switch { 0 => "h", 1 => "e", 2 => "l", 3 => "o", 4 => " ", 5 => "he", 6 => "ll", 7 => "hell", 8 => "hello", _ => $"[{id}]" };

    private static long[] Ids(JsonElement record, int sequence) => [.. record.GetProperty("generated")[sequence].EnumerateArray().Select(id => id.GetInt64())];
}
