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
        Assert.StartsWith($"{File} does not exist; ", Assert.Throws<InputException>(() => TextTokenizer.Open(folder.FullName, addsSpecial: true)).Message, StringComparison.Ordinal);

    /// <summary>A beginning is put before each text, but for one that has it: a chat template wrote it.</summary>
    [Theory]
    [InlineData(true, new long[] { 12, 8 })]
    [InlineData(false, new long[] { 8 })]
    public void Special_tokens_are_added_only_where_they_are_asked_for(bool addsSpecial, long[] expected)
    {
        using var tokenizer = Open(With("""
            "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<|end|>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"pair":[],
            "special_tokens":{"<|end|>":{"id":"<|end|>","ids":[12],"tokens":["<|end|>"]}}}
            """), addsSpecial);

        Assert.Equal(expected, tokenizer.Encode("hello", vocabulary: 13));
        Assert.Equal([.. expected[..^1], 12, 8], tokenizer.Encode("<|end|>hello", vocabulary: 13));
    }

    /// <summary>A file may say that each text is cut or filled to a length, which transformers does only where it is asked to.</summary>
    [Theory]
    [InlineData("""  "truncation":{"direction":"Right","max_length":1,"strategy":"LongestFirst","stride":0} """)]
    [InlineData("""  "padding":{"strategy":{"Fixed":9},"direction":"Right","pad_to_multiple_of":null,"pad_id":12,"pad_type_id":0,"pad_token":"<|end|>"} """)]
    [InlineData("""  "truncation":null,"padding":null,"post_processor":null """)]
    public void A_text_is_neither_cut_nor_filled(string field)
    {
        using var tokenizer = Open(With(field));

        Assert.Equal([8, 4, 5], tokenizer.Encode("hello he", vocabulary: 13));
    }

    private static string With(string field) => ByHand.Replace("\"added_tokens\"", $"{field},\"added_tokens\"", StringComparison.Ordinal);

    private TextTokenizer Open(string json, bool addsSpecial = true)
    {
        System.IO.File.WriteAllText(File, json);
        return TextTokenizer.Open(folder.FullName, addsSpecial);
    }
}
