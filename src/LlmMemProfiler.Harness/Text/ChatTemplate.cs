using System.Text;
using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;
using LlmMemProfiler.Harness.Templates;
using LlmMemProfiler.Harness.Templates.Values;

namespace LlmMemProfiler.Harness.Text;

/// <summary>A model folder's chat template: makes of messages the text that the model expects.</summary>
/// <remarks>As transformers' <c>apply_chat_template(messages, add_generation_prompt=True)</c>, without tools (tokenization_utils_base.py: which of several was read, the order of files is remembered).</remarks>
public sealed class ChatTemplate
{
    private const string OwnFile = "chat_template.jinja", Field = "chat_template", Default = "default";

    private readonly string path;
    private readonly Template template;
    private readonly IReadOnlyDictionary<string, string> specialTokens;

    private ChatTemplate(string path, string source, IReadOnlyDictionary<string, string> specialTokens)
    {
        (this.path, this.specialTokens) = (path, specialTokens);
        template = Told(() => Template.Parse(source));
    }

    /// <summary>Where templates lie in a folder, the first before the others.</summary>
    public static IReadOnlyList<string> Files { get; } = [OwnFile, SpecialTokens.FileName, "chat_template.json"];

    /// <summary>The file that it comes from.</summary>
    public string FileName => Path.GetFileName(path);

    /// <summary>The template of a folder; null if it has none.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <exception cref="InputException">It cannot be read, or there are several of which none is the default.</exception>
    public static ChatTemplate? Find(string folder)
    {
        foreach (var path in Files.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            var bytes = SmallFile.Read(path, "chat template", SpecialTokens.LargestFile);
            if ((Path.GetFileName(path) == OwnFile ? Encoding.UTF8.GetString(bytes.Span) : In(bytes, path)) is { } source)
                return new(path, source, SpecialTokens.Of(folder));
        }
        return null;
    }

    /// <summary>The text that the model goes on from.</summary>
    /// <param name="system">What the conversation begins with; null for nothing.</param>
    /// <param name="user">What the user says.</param>
    /// <param name="now">For templates that tell the model the date.</param>
    /// <exception cref="InputException">The template refuses the messages, or fails.</exception>
    public string Render(string? system, string user, DateTime now)
    {
        var messages = system is null ? [Message("user", user)] : new object?[] { Message("system", system), Message("user", user) };
        var variables = specialTokens.ToDictionary(token => token.Key, token => (object?)token.Value);
        variables["messages"] = ValueSequence.List(messages);
        variables["add_generation_prompt"] = true;
        variables["tools"] = variables["documents"] = null;
        return Told(() => template.Render(variables, now));
    }

    private static ValueMap Message(string role, string content) =>
        ValueMap.Of([KeyValuePair.Create("role", (object?)role), KeyValuePair.Create("content", (object?)content)]);

    private T Told<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (TemplateException e) when (e.IsRaised)
        {
            throw new InputException($"{path}: the chat template refuses these messages ({e.Message.TrimEnd('.')}); expected such as it takes", e);
        }
        catch (TemplateException e)
        {
            var line = e.Line is { } number ? $", line {number}" : "";
            throw new InputException($"{path}: the chat template{line}: {e.Message}; expected one that renders a message of a user", e);
        }
    }

    private static string? In(ReadOnlyMemory<byte> bytes, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return !json.RootElement.TryGetProperty(Field, out var value) || value.ValueKind == JsonValueKind.Null ? null
                : value.ValueKind == JsonValueKind.Array ? AmongNamed(value, path)
                : value.GetString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InputException($"{path}: its {Field} cannot be read ({e.Message.TrimEnd('.')}); expected a text, or a list of them with names", e);
        }
    }

    private static string? AmongNamed(JsonElement list, string path)
    {
        var named = list.EnumerateArray().ToLookup(entry => entry.GetProperty("name").GetString(), entry => entry.GetProperty("template").GetString());
        return named[Default].LastOrDefault()
            ?? throw new InputException($"{path}: its {Field} has {string.Join(", ", named.Select(one => one.Key))}; expected one with the name {Default}");
    }
}
