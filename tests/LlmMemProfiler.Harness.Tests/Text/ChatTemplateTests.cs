using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Harness.Text;

namespace LlmMemProfiler.Harness.Tests.Text;

public sealed class ChatTemplateTests : IDisposable
{
    /// <summary>ChatML (OpenAI's openai-python/chatml.md), and Llama 3's format (its model card, "Prompt template"), as short templates.</summary>
    private const string ChatMl =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
        Llama3 = """
        {{- bos_token }}
        {%- for message in messages %}
            {{- '<|start_header_id|>' + message.role + '<|end_header_id|>\n\n' + message.content | trim + '<|eot_id|>' }}
        {%- endfor %}
        {%- if add_generation_prompt and tools is none %}
            {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
        {%- endif %}
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory();

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(ChatMl, null, "<|im_start|>user\n Hi <b>!\n<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData(ChatMl, "Be brief.", "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n Hi <b>!\n<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData(Llama3, null, "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi <b>!<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n")]
    [InlineData(
        Llama3, "Be brief.",
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi <b>!<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n")]
    public void A_message_becomes_the_published_format(string template, string? system, string expected)
    {
        Write("tokenizer_config.json", JsonSerializer.Serialize(new { bos_token = "<|begin_of_text|>", chat_template = template }));

        Assert.Equal(expected, Find().Render(system, " Hi <b>!\n", DateTime.Now));
    }

    [Fact]
    public void A_file_of_its_own_goes_before_the_tokenizer_s_config_and_that_before_a_processor_s_file()
    {
        Assert.Null(ChatTemplate.Find(folder.FullName));

        Write("chat_template.json", """{"chat_template":"3 {{ messages[0].content }}"}""");
        Assert.Equal(("3 a", "chat_template.json"), (Find().Render(null, "a", DateTime.Now), Find().FileName));
        Write("tokenizer_config.json", """{"chat_template":null}""");
        Assert.Equal("chat_template.json", Find().FileName);
        Write("tokenizer_config.json", """{"chat_template":[{"name":"rag","template":"no"},{"name":"default","template":"2 {{ messages|length }}"}]}""");
        Assert.Equal(("2 2", "tokenizer_config.json"), (Find().Render("s", "a", DateTime.Now), Find().FileName));
        Write("chat_template.jinja", "1 {{ messages[0].role }}\n");
        Assert.Equal(("1 user", "chat_template.jinja"), (Find().Render(null, "a", DateTime.Now), Find().FileName));
    }

    [Fact]
    public void Special_tokens_are_texts_or_objects_and_may_lie_in_the_older_file()
    {
        Write("chat_template.jinja", "{{ bos_token }}|{{ eos_token }}|{{ pad_token is defined }}|{{ unk_token }}");
        Write("tokenizer_config.json", """{"bos_token":{"__type":"AddedToken","content":"<s>","lstrip":false},"eos_token":"</s>","pad_token":null}""");
        Write("special_tokens_map.json", """{"bos_token":"no","unk_token":{"content":"<unk>"}}""");

        Assert.Equal("<s>|</s>|False|<unk>", Find().Render(null, "a", DateTime.Now));
    }

    [Fact]
    public void The_date_is_that_of_the_run()
    {
        Write("chat_template.jinja", "{{ strftime_now('%d %b %Y, %A %-d %B, %H:%M') }}");

        Assert.Equal("06 Nov 2026, Friday 6 November, 07:08", Find().Render(null, "a", new(2026, 11, 6, 7, 8, 9)));
    }

    [Theory]
    [InlineData("a{{ raise_exception('System role not supported.') }}", "the chat template refuses these messages (System role not supported); ")]
    [InlineData("a\n{{ b.c }}", "the chat template, line 2: 'b' is undefined; ")]
    [InlineData("a\n\n{% if %}", "the chat template, line 3: expected an expression, got end of statement block; ")]
    [InlineData("{% for x in range(9999) %}{% for y in range(9999) %}{% endfor %}{% endfor %}", "the chat template, line 1: takes more than ")]
    public void What_a_template_cannot_do_is_told_in_a_line(string template, string expected)
    {
        Write("chat_template.jinja", template);

        Assert.StartsWith($"{folder.FullName}/chat_template.jinja: {expected}", Failure(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"chat_template":[{"name":"rag","template":"a"},{"name":"tool_use","template":"b"}]}""", "its chat_template has rag, tool_use; expected one with the name default")]
    [InlineData("""{"chat_template":[{"template":"a"}]}""", "its chat_template cannot be read (")]
    [InlineData("""{"chat_template":5}""", "its chat_template cannot be read (")]
    [InlineData("""["chat_template"]""", "its chat_template cannot be read (")]
    [InlineData("""{"chat_template":"a" """, "its chat_template cannot be read (")]
    [InlineData("""{"chat_template":"a","bos_token":5}""", "cannot be read (")]
    public void A_damaged_config_is_refused(string json, string expected)
    {
        Write("tokenizer_config.json", json);

        Assert.StartsWith($"{folder.FullName}/tokenizer_config.json: {expected}", Failure(), StringComparison.Ordinal);
    }

    private ChatTemplate Find() => ChatTemplate.Find(folder.FullName) ?? throw new InvalidOperationException("No template was found.");

    private string Failure() => Assert.Throws<InputException>(() => Find().Render(null, "a", DateTime.Now)).Message;

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.FullName, name), text);
}
