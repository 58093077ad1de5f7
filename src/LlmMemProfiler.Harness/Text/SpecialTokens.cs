using System.Text.Json;
using LlmMemProfiler.Core;
using LlmMemProfiler.Core.Files;

namespace LlmMemProfiler.Harness.Text;

/// <summary>The texts of a tokenizer's special tokens, which chat templates know by name: <c>bos_token</c>, <c>eos_token</c> and others.</summary>
/// <remarks>transformers takes them from its tokenizer's config, and what that lacks from the other file (tokenization_utils_base.py, remembered).</remarks>
internal static class SpecialTokens
{
    public const string FileName = "tokenizer_config.json";

    /// <summary>Some list a million bytes of tokens that nobody uses.</summary>
    public const int LargestFile = 1 << 24;

    private static readonly string[] Names = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    /// <param name="folder">The model's folder.</param>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> Of(string folder)
    {
        var found = new Dictionary<string, string>();
        foreach (var path in ((string[])[FileName, "special_tokens_map.json"]).Select(name => Path.Combine(folder, name)).Where(File.Exists))
            Add(found, path);
        return found;
    }

    private static void Add(Dictionary<string, string> found, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(SmallFile.Read(path, "tokenizer config", LargestFile));
            foreach (var name in Names)
            {
                if (json.RootElement.TryGetProperty(name, out var token) && Text(token) is { Length: > 0 } text)
                    found.TryAdd(name, text);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); expected an object of JSON with special tokens, each a text or an object with its content", e);
        }
    }

    private static string? Text(JsonElement token) => token.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Object => token.TryGetProperty("content", out var content) ? content.GetString() : null,
        _ => token.GetString(),
    };
}
