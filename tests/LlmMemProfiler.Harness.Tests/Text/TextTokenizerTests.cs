using LlmMemProfiler.Core;
using LlmMemProfiler.Harness.Text;

namespace LlmMemProfiler.Harness.Tests.Text;

public sealed class TextTokenizerTests : IDisposable
{
    /// <summary>Byte-level BPE, where Ġ stands for a space, and Ã and © for the two bytes of é, C3 A9.</summary>
    private const string ByHand = """
        {"version":"1.0","added_tokens":[{"id":12,"content":"<|end|>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],
        "pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},"decoder":{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true},
        "model":{"type":"BPE","vocab":{"h":0,"e":1,"l":2,"o":3,"Ġ":4,"he":5,"ll":6,"hell":7,"hello":8,"w":9,"Ã":10,"©":11},
        "merges":["h e","l l","he ll","hell o"]}}
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    private string File => Path.Combine(folder.FullName, "tokenizer.json");

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>By the merges in their order: hello whole; then a space, he, and é of two bytes; a special token whole.</summary>
    [Theory]
    [InlineData("hello", new long[] { 8 })]
    [InlineData("hello hé", new long[] { 8, 4, 0, 10, 11 })]
    [InlineData("hell<|end|>ol", new long[] { 7, 12, 3, 2 })]
    public void A_text_s_tokens_are_those_worked_out_by_hand(string text, long[] expected)
    {
        using var tokenizer = Open(ByHand);

        Assert.Equal(expected, tokenizer.Encode(text, vocabulary: 13));
        Assert.Equal(text.Replace("<|end|>", "", StringComparison.Ordinal), tokenizer.Decode(expected));
    }

    [Fact]
    public void A_token_that_only_the_model_has_takes_no_text_from_the_others()
    {
        using var tokenizer = Open(ByHand);

        Assert.Equal("hello", tokenizer.Decode([7, 5000, 3]));
        Assert.Equal("", tokenizer.Decode([]));
    }

    [Fact]
    public void A_token_that_the_model_has_not_is_refused_and_so_is_a_text_of_none()
    {
        using var tokenizer = Open(ByHand);

        Assert.Contains("makes token 8 of the prompt, but the model has 8 tokens", Assert.Throws<InputException>(() => tokenizer.Encode("hello", 8)).Message, StringComparison.Ordinal);
        Assert.Contains("makes no tokens of the prompt", Assert.Throws<InputException>(() => tokenizer.Encode("zzz", 13)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1,2")]
    [InlineData("""{"model":{"type":"Frobnicate"}}""")]
    [InlineData("""{"version":"1.0","model":{"type":"BPE","vocab":{"a":0},"merges":["b c"]}}""")]
    public void A_damaged_file_is_refused(string json) =>
        Assert.StartsWith($"{File}: not a tokenizer (", Assert.Throws<InputException>(() => Open(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_refused() =>
        Assert.StartsWith($"{File} does not exist; ", Assert.Throws<InputException>(() => TextTokenizer.Open(folder.FullName)).Message, StringComparison.Ordinal);

    private TextTokenizer Open(string json)
    {
        System.IO.File.WriteAllText(File, json);
        return TextTokenizer.Open(folder.FullName);
    }
}
